"""Places: where one looks at what a notice is about."""

from typing import Final

from registry.domain.notices.telling import Place

REVIEW: Final = Place("cmr review show {review}", "reviews/{review}")
VERSION: Final = Place("cmr version show {bare}", "models/{version}")
PROTOCOLS: Final = Place("cmr protocol list {model}", "models/{model}/protocols")
KEYS: Final = Place('cmr site key list "{bare}"', "sites/{bare}/keys")
DATASET: Final = Place("cmr dataset show {bare}", "datasets/{path}")
PASSKEYS: Final = Place("cmr people list", "people/{path}/passkeys")
PLAN: Final = Place("cmr hazard plan show {model}", "models/{model}/hazard-plans/{plan}")
LOG: Final = Place("cmr hazard log show {model} {issue}", "models/{model}/hazard-logs/{issue}")
HAZARDS: Final = Place("cmr hazard list {model}", "models/{model}/hazards")
CASE: Final = Place('cmr safety-case show "{about}"', "safety-cases/{safety_case}")
DEPLOYMENT: Final = Place("cmr deployment show {deployment}", "deployments/{deployment}")
INCIDENT: Final = Place("cmr incident show {bare}", "incidents/{bare}")
EMERGENCIES: Final = Place("cmr emergency list --waiting", "emergencies")
PEOPLE: Final = Place("cmr people list", "people")
