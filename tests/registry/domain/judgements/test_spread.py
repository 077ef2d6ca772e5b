"""Facts about how sites differ."""

from registry.domain.judgements.spread import sentences
from tests.factories.documents import make_dossier
from tests.factories.whole import make_bare_dossier


class TestSentences:
    """One for each pooled metric."""

    def test_pooled_with_what_the_next_site_may_show(self) -> None:
        """The next site, not only the middle of those seen."""
        dossier = make_dossier()
        (entry,) = dossier["evidence"][0]["assessment"]["sites"]
        entry |= {"k": 3, "pooled": 0.8, "low": 0.7, "high": 0.87}
        entry |= {"prediction_low": 0.52, "prediction_high": 0.93}
        (sentence,) = sentences(dossier)
        assert sentence == (
            "AUROC over 3 external sites: pooled 0.800; the next site is expected "
            "between 0.520 and 0.930; I² 62%, heterogeneity p = 0.017 (REML+HKSJ)."
        )

    def test_too_few_to_predict(self) -> None:
        """Without an interval for the next site it says so."""
        dossier = make_dossier()
        (entry,) = dossier["evidence"][0]["assessment"]["sites"]
        entry |= {"prediction_low": None, "i2": None, "q_p": None}
        (sentence,) = sentences(dossier)
        assert "too few sites to say what the next would show (REML+HKSJ)." in sentence

    def test_only_the_finding_of_the_card(self) -> None:
        """Another finding's spread is not read as that of this one."""
        dossier = make_dossier()
        dossier["scope"]["findings"] = ["effusion"]
        (entry,) = dossier["evidence"][0]["assessment"]["sites"]
        entry |= {"finding": "nodule"}
        assert sentences(dossier) == sentences(make_bare_dossier()) == ()
