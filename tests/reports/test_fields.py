"""Facts about signature fields: each is tagged and named before anybody signs."""

import io

import pikepdf

from tests.factories.seals import make_base


def test_each_has_a_tag_and_a_name() -> None:
    """It has words to be read out, a tag that leads to it, a place on the page, and no look yet."""
    with pikepdf.open(io.BytesIO(make_base())) as file:
        form = file.Root.AcroForm
        tags = [one for one in file.Root.StructTreeRoot.K[0].K if one.S == "/Form"]
        assert [str(one.TU) for one in form.Fields] == [
            "Seal of the registry",
            "Signature: safety officer",
        ]
        assert [one.K.Obj.objgen for one in tags] == [one.objgen for one in form.Fields]
        numbers = list(file.Root.StructTreeRoot.ParentTree.Nums)
        places = {int(key): tag for key, tag in zip(numbers[0::2], numbers[1::2], strict=True)}
        for one, tag in zip(form.Fields, tags, strict=True):
            assert places[int(one.StructParent)].objgen == tag.objgen
            assert one.AP.N.read_bytes() == b""
            left, bottom, right, top = (float(value) for value in one.Rect)
            assert (right - left) / 72 * 25.4 > 59
            assert 12 < (top - bottom) / 72 * 25.4 + 0.1 < 12.2
            assert one.objgen in [each.objgen for each in file.pages[0].Annots]
