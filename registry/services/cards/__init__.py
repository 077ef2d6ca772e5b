"""Cards: from dossier, decision and standing to a PDF kept by its digest."""
