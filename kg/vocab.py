"""The IRIs of ontologies/kg.ttl and of the vocabularies it is aligned to, as constants (a test keeps them equal).

The shape of what is written, in one place:

    paper  a kg:Paper, schema:ScholarlyArticle, fabio:ResearchPaper ; dcterms:title ; dcterms:issued (xsd:date,
           xsd:gYearMonth or xsd:gYear) ; dcterms:identifier (the record's own, "doi:...", "arXiv:...", "openalex:...",
           "acl:...", "pmid:...") ; fabio:hasArXivId ; prism:doi ; schema:url -> page ; schema:sameAs -> its page under
           each known identifier ; kg:author ; kg:authorCount ; kg:venue ; kg:states -> claim ; kg:ROLE -> entity
    entity a kg:Method | kg:Task | ... ; skos:prefLabel ; skos:altLabel ; kg:RELATION -> entity ;
           kg:variantOf -> entity ; skos:exactMatch, skos:closeMatch -> the same thing elsewhere
    claim  a kg:Claim, kg:ResultClaim | ..., schema:Claim ; kg:text ; kg:about -> entity or paper ; kg:hedged ;
           kg:polarity ; kg:reports -> result ; kg:supports, kg:disputes -> claim of another paper ;
           kg:evidence -> evidence ; kg:confidence ; kg:rule ; prov:wasDerivedFrom -> paper
    result a kg:Result, mls:ModelEvaluation, schema:Observation ; kg:method ; kg:dataset ; kg:metric ; kg:comparator
           (-> entity, or the same name + "Text" with a string) ; kg:value | kg:valueLow, kg:valueHigh ; kg:valueText ;
           kg:unit ; kg:better ; kg:kind ; kg:direction ; kg:qualifier ; kg:setting ; kg:start ; kg:end (of the number,
           in the field of the evidence) ; kg:evidence ; kg:confidence ; kg:rule ; prov:wasDerivedFrom -> paper
    statement a kg:Statement, rdf:Statement ; rdf:subject ; rdf:predicate ; rdf:object ; kg:belief ; kg:support ;
           kg:rule ; kg:evidence -> evidence       (one for each plain edge: paper ROLE entity, entity RELATION entity)
    evidence a kg:Evidence, oa:Annotation, prov:Entity ; kg:quote ; kg:start ; kg:end ; kg:field ; kg:rule ;
           prov:wasDerivedFrom -> paper  (always a whole sentence; kg:field is "title" or "text")
    build  a kg:Build, void:Dataset, prov:Entity ; kg:version ; kg:parameter ("name=value") ; void:vocabulary ;
           void:documents, void:entities, kg:relationCount, kg:claimCount, kg:resultCount, kg:evidenceCount
"""

from __future__ import annotations

from typing import Final

from kg.ids import BASE
from kg.model import ClaimType, EntityType, RelationType, Role

KG: Final = BASE + "ns#"
DCTERMS: Final = "http://purl.org/dc/terms/"
FABIO: Final = "http://purl.org/spar/fabio/"
MLS: Final = "http://www.w3.org/ns/mls#"
OA: Final = "http://www.w3.org/ns/oa#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PRISM: Final = "http://prismstandard.org/namespaces/basic/2.0/"
PROV: Final = "http://www.w3.org/ns/prov#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA: Final = "http://schema.org/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
VOID: Final = "http://rdfs.org/ns/void#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

# The prefixes of every Turtle file and query that kg writes; instances have one prefix per type.
PREFIXES: Final[dict[str, str]] = {
    "kg": KG,
    "paper": BASE + "paper/",
    "method": BASE + "method/",
    "task": BASE + "task/",
    "dataset": BASE + "dataset/",
    "benchmark": BASE + "benchmark/",
    "metric": BASE + "metric/",
    "claim": BASE + "claim/",
    "result": BASE + "result/",
    "statement": BASE + "statement/",
    "build": BASE + "build/",
    "dcterms": DCTERMS,
    "fabio": FABIO,
    "mls": MLS,
    "oa": OA,
    "owl": OWL,
    "prism": PRISM,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "void": VOID,
    "xsd": XSD,
}

TYPE: Final = RDF + "type"

PAPER: Final = KG + "Paper"
ENTITY: Final = KG + "Entity"  # superclass of the five types; never written on instances
CLAIM: Final = KG + "Claim"
RESULT: Final = KG + "Result"
STATEMENT: Final = KG + "Statement"
EVIDENCE: Final = KG + "Evidence"
BUILD: Final = KG + "Build"

ENTITY_CLASS: Final[dict[EntityType, str]] = {
    "Method": KG + "Method",
    "Task": KG + "Task",
    "Dataset": KG + "Dataset",
    "Benchmark": KG + "Benchmark",
    "Metric": KG + "Metric",
}
CLAIM_CLASS: Final[dict[ClaimType, str]] = {
    "contribution": KG + "ContributionClaim",
    "result": KG + "ResultClaim",
    "finding": KG + "FindingClaim",
    "theory": KG + "TheoryClaim",
    "limitation": KG + "LimitationClaim",
    "resource": KG + "ResourceClaim",
}
ROLE_PROPERTY: Final[dict[Role, str]] = {
    "proposed": KG + "proposes",
    "evaluated_on": KG + "evaluatesOn",
    "compared": KG + "comparesWith",
    "measured": KG + "measures",
    "addressed": KG + "addresses",
    "used": KG + "uses",
    "mentioned": KG + "mentions",
}
RELATION_PROPERTY: Final[dict[RelationType, str]] = {
    "outperforms": KG + "outperforms",
    "evaluated_on": KG + "evaluatedOn",
    "used_for": KG + "usedFor",
    "based_on": KG + "basedOn",
}
# Told by the names alone, so it has no statement and no evidence.
VARIANT_OF: Final = KG + "variantOf"
# Which types may stand at the two ends; checked before anything is written.
RELATION_ENDS: Final[dict[RelationType, tuple[frozenset[EntityType], frozenset[EntityType]]]] = {
    "outperforms": (frozenset({"Method"}), frozenset({"Method"})),
    "evaluated_on": (frozenset({"Method"}), frozenset({"Dataset", "Benchmark"})),
    "used_for": (frozenset({"Method"}), frozenset({"Task"})),
    "based_on": (frozenset({"Method"}), frozenset({"Method"})),
}
ROLE_ENDS: Final[dict[Role, frozenset[EntityType]]] = {
    "proposed": frozenset({"Method", "Task", "Dataset", "Benchmark", "Metric"}),
    "evaluated_on": frozenset({"Dataset", "Benchmark"}),
    "compared": frozenset({"Method"}),
    "measured": frozenset({"Metric"}),
    "addressed": frozenset({"Task"}),
    "used": frozenset({"Method", "Task", "Dataset", "Benchmark", "Metric"}),
    "mentioned": frozenset({"Method", "Task", "Dataset", "Benchmark", "Metric"}),
}

STATES: Final = KG + "states"
ABOUT: Final = KG + "about"
TEXT: Final = KG + "text"
HEDGED: Final = KG + "hedged"
POLARITY: Final = KG + "polarity"
REPORTS: Final = KG + "reports"
SUPPORTS: Final = KG + "supports"
DISPUTES: Final = KG + "disputes"
METHOD: Final = KG + "method"
DATASET: Final = KG + "dataset"
METRIC: Final = KG + "metric"
COMPARATOR: Final = KG + "comparator"
METHOD_TEXT: Final = KG + "methodText"
DATASET_TEXT: Final = KG + "datasetText"
METRIC_TEXT: Final = KG + "metricText"
COMPARATOR_TEXT: Final = KG + "comparatorText"
VALUE: Final = KG + "value"
VALUE_LOW: Final = KG + "valueLow"
VALUE_HIGH: Final = KG + "valueHigh"
VALUE_TEXT: Final = KG + "valueText"
BETTER: Final = KG + "better"
UNIT: Final = KG + "unit"
KIND: Final = KG + "kind"
DIRECTION: Final = KG + "direction"
QUALIFIER: Final = KG + "qualifier"
SETTING: Final = KG + "setting"
CONFIDENCE: Final = KG + "confidence"
RULE: Final = KG + "rule"
BELIEF: Final = KG + "belief"
SUPPORT: Final = KG + "support"
HAS_EVIDENCE: Final = KG + "evidence"
QUOTE: Final = KG + "quote"
START: Final = KG + "start"
END: Final = KG + "end"
FIELD: Final = KG + "field"
AUTHOR: Final = KG + "author"
AUTHOR_COUNT: Final = KG + "authorCount"
VENUE: Final = KG + "venue"
VERSION: Final = KG + "version"
PARAMETER: Final = KG + "parameter"
RELATION_COUNT: Final = KG + "relationCount"
CLAIM_COUNT: Final = KG + "claimCount"
RESULT_COUNT: Final = KG + "resultCount"
EVIDENCE_COUNT: Final = KG + "evidenceCount"

# What a build counts -> the property that says it.
COUNT_PROPERTY: Final[dict[str, str]] = {
    "papers": VOID + "documents",
    "entities": VOID + "entities",
    "relations": RELATION_COUNT,
    "claims": CLAIM_COUNT,
    "results": RESULT_COUNT,
    "evidence": EVIDENCE_COUNT,
}

# The classes of each node beyond the one that tells its type.
PAPER_CLASSES: Final = (PAPER, SCHEMA + "ScholarlyArticle", FABIO + "ResearchPaper")
CLAIM_CLASSES: Final = (CLAIM, SCHEMA + "Claim")
RESULT_CLASSES: Final = (RESULT, MLS + "ModelEvaluation", SCHEMA + "Observation")
STATEMENT_CLASSES: Final = (STATEMENT, RDF + "Statement")
EVIDENCE_CLASSES: Final = (EVIDENCE, OA + "Annotation", PROV + "Entity")
BUILD_CLASSES: Final = (BUILD, VOID + "Dataset", PROV + "Entity")

# A result's slot -> the property to an entity, the one to a string, and the types that the entity may have.
RESULT_SLOTS: Final[dict[str, tuple[str, str, frozenset[EntityType]]]] = {
    "method": (METHOD, METHOD_TEXT, frozenset({"Method"})),
    "dataset": (DATASET, DATASET_TEXT, frozenset({"Dataset", "Benchmark"})),
    "metric": (METRIC, METRIC_TEXT, frozenset({"Metric"})),
    "comparator": (COMPARATOR, COMPARATOR_TEXT, frozenset({"Method"})),
}
