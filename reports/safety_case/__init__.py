"""Safety case: a Clinical Safety Case Report as a document, set with the blocks of the card.

`content` says what it holds, `html` sets it in type, `writing` lays it out: only that module loads
what lays pages out.
"""

from reports.safety_case.content import CaseContent, CaseSection, Claim, Evidence, Sign

__all__ = ["CaseContent", "CaseSection", "Claim", "Evidence", "Sign"]
