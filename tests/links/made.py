"""Small files of our own in the shape in which each vocabulary is published."""

from __future__ import annotations

import json

WIKIDATA = "http://www.wikidata.org/entity/"


def claim(property_: str, item: str, rank: str = "normal") -> dict[str, object]:
    value = {"entity-type": "item", "numeric-id": int(item[1:]), "id": item}
    snak = {"snaktype": "value", "property": property_, "hash": "0a1b", "datavalue": {"value": value}}
    return {"mainsnak": snak | {"datatype": "wikibase-item"}, "type": "statement", "id": f"{item}$1", "rank": rank}


def item(id_: str, label: str | None, *aliases: str, language: str = "en", **claims: str) -> dict[str, object]:
    """An entity of the JSON dump with one class for each property (``P31="Q5"``)."""
    return {
        "type": "item",
        "id": id_,
        "labels": {language: {"language": language, "value": label}} if label else [],
        "descriptions": {"en": {"language": "en", "value": "something made up"}},
        "aliases": {language: [{"language": language, "value": a} for a in aliases]} if aliases else [],
        "claims": {p: [claim(p, c)] for p, c in claims.items()} or [],
        "sitelinks": {},
        "lastrevid": 1,
    }


def dump(*entities: object) -> str:
    """Entities as the dump has them: an array, one a line, as compact as the dump is."""
    lines = [e if isinstance(e, str) else json.dumps(e, separators=(",", ":")) for e in entities]
    return "[\n" + ",\n".join(lines) + "\n]\n"


WIKIDATA_DUMP = dump(
    item("Q9000001", "puffin sort", "burrow sort", "PS", P31="Q8366"),
    item("Q9000002", "Gannet Counts", P31="Q1172284"),
    item("Q9000003", "tide forecasting"),
    item("Q9000004", "puffin network", P279="Q192776"),
    item("Q9000005", "Puffin", P31="Q16521"),
    item("Q9000006", "Papageitaucher", language="de"),
    item("Q9000007", "Skua-7", language="mul"),
    item("Q9000008", None),
    {"type": "property", "datatype": "url", "id": "P99", "labels": {"en": {"language": "en", "value": "puffin of"}}},
)
RESULTS_CSV = (
    "item,itemLabel,itemAltLabel,class\r\n"
    f'{WIKIDATA}Q9000001,puffin sort,"burrow sort, PS",{WIKIDATA}Q8366\r\n'
    f"{WIKIDATA}Q9000003,tide forecasting,,\r\n"
    f"{WIKIDATA}Q9000005,Puffin,,{WIKIDATA}Q16521\r\n"
)
RESULTS_TSV = (
    "?item\t?itemLabel\t?itemAltLabel\t?type\n"
    f'<{WIKIDATA}Q9000001>\t"puffin sort"@en\t"burrow sort, PS"@en\tMethod\n'
    f'<{WIKIDATA}Q9000003>\t"tide \\"forecasting\\""@en\t\t\n'
)
PLAIN_TSV = f"item\titemLabel\titemAltLabel\n{WIKIDATA}Q9000001\tpuffin sort\tburrow sort, PS\n"


def _binding(item: str, label: str, aliases: str = "") -> dict[str, object]:
    found: dict[str, object] = {
        "item": {"type": "uri", "value": WIKIDATA + item},
        "itemLabel": {"xml:lang": "en", "type": "literal", "value": label},
    }
    return found | ({"itemAltLabel": {"type": "literal", "value": aliases}} if aliases else {})


RESULTS_JSON = json.dumps(
    {
        "head": {"vars": ["item", "itemLabel", "itemAltLabel"]},
        "results": {
            "bindings": [
                _binding("Q9000001", "puffin sort", "burrow sort, PS"),
                _binding("Q9000003", "tide forecasting"),
            ]
        },
    },
    indent=1,
)
PLAIN_JSON = json.dumps([{"item": WIKIDATA + "Q9000001", "itemLabel": "puffin sort"}])

TOPIC = {
    "id": "https://openalex.org/T19999",
    "display_name": "Puffin Sorting",
    "description": "Papers about sorting by puffins.",
    "keywords": ["burrows", "sorting"],
    "ids": {"openalex": "https://openalex.org/T19999", "wikipedia": "https://en.wikipedia.org/wiki/Puffin"},
    "subfield": {"id": "https://openalex.org/subfields/1702", "display_name": "Artificial Intelligence"},
    "works_count": 3,
}
CONCEPT = {
    "id": "https://openalex.org/C2779999999",
    "wikidata": "https://www.wikidata.org/wiki/Q9000001",
    "display_name": "Puffin sort",
    "level": 2,
    "ids": {"openalex": "https://openalex.org/C2779999999", "wikidata": "https://www.wikidata.org/wiki/Q9000001"},
}
OPENALEX_LINES = json.dumps(TOPIC) + "\n" + json.dumps(CONCEPT) + "\n"
OPENALEX_PAGE = json.dumps({"meta": {"count": 1, "page": 1}, "results": [TOPIC], "group_by": []})

PWC = "https://paperswithcode.com/"
METHODS = json.dumps(
    [
        {
            "url": PWC + "method/pufnet",
            "name": "PufNet",
            "full_name": "Puffin Network",
            "description": "A **network** of burrows.",
            "paper": {"title": "On Puffins", "url": PWC + "paper/on-puffins"},
            "introduced_year": 2031,
            "source_url": None,
            "num_papers": 4,
            "collections": [{"collection": "Burrows", "area_id": "birds", "area": "Birds"}],
        }
    ]
)
DATASETS = json.dumps(
    [
        {
            "url": PWC + "dataset/gannet-counts",
            "name": "Gannet Counts",
            "full_name": None,
            "homepage": "https://example.org/gannets",
            "paper": None,
            "modalities": ["Images"],
            "tasks": [{"task": "Bird Counting", "url": PWC + "task/bird-counting"}],
            "variants": ["Gannet Counts-2", "Gannet Counts"],
            "num_papers": 2,
            "data_loaders": [],
        },
        {
            "url": PWC + "dataset/auks",
            "name": "AUKS",
            "full_name": "Auks under Kelp Shadows",
            "tasks": [{"task": "Bird Counting", "url": PWC + "task/bird-counting"}],
            "variants": [],
        },
    ]
)
TABLES = json.dumps(
    [
        {
            "task": "Bird Counting (Aerial)",
            "description": "Counting birds from above.",
            "categories": ["Birds"],
            "synonyms": ["Aerial Bird Counting"],
            "source_link": None,
            "datasets": [
                {
                    "dataset": "Gannet Counts",
                    "description": "",
                    "dataset_links": [{"title": "page", "url": PWC + "dataset/gannet-counts"}],
                    "dataset_citations": [],
                    "subdatasets": [],
                    "sota": {"metrics": ["MAE"], "rows": [{"model_name": "PufNet", "metrics": {"MAE": "1.2"}}]},
                }
            ],
            "subtasks": [{"task": "Night Counting", "categories": [], "datasets": [], "subtasks": [], "synonyms": []}],
        }
    ]
)

CSO_TOPICS = "https://cso.kmi.open.ac.uk/topics/"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_SCHEMA = "http://cso.kmi.open.ac.uk/schema/cso#"
CSO_CSV = "".join(
    f'"<{CSO_TOPICS}{s}>","<{p}>","{o}"\n'
    for s, p, o in (
        ("bird_counting", _LABEL, "bird counting@en ."),
        ("bird_census", _LABEL, "bird census@en ."),
        ("c%2B%2B_birds", _LABEL, "c++ birds@en ."),
        ("bird_counting", _SCHEMA + "superTopicOf", f"<{CSO_TOPICS}c%2B%2B_birds>"),
        ("bird_census", _SCHEMA + "preferentialEquivalent", f"<{CSO_TOPICS}bird_counting>"),
        ("bird_counting", _SCHEMA + "preferentialEquivalent", f"<{CSO_TOPICS}bird_counting>"),
        ("bird_counting", "http://www.w3.org/2002/07/owl#sameAs", "<http://dbpedia.org/resource/Bird>"),
    )
)
CSO_TURTLE = f"""@prefix cso: <{_SCHEMA}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<{CSO_TOPICS}bird_counting> a cso:Topic ; rdfs:label "bird counting"@en ;
    cso:preferentialEquivalent <{CSO_TOPICS}bird_counting> .
<{CSO_TOPICS}bird_census> a cso:Topic ; rdfs:label "bird census"@en ;
    cso:preferentialEquivalent <{CSO_TOPICS}bird_counting> .
<{CSO_TOPICS}c%2B%2B_birds> a cso:Topic ; rdfs:label "c++ birds"@en .
"""
SKOS_TRIPLES = """<http://example.org/birds/1> <http://www.w3.org/2004/02/skos/core#prefLabel> "puffin sort"@en .
<http://example.org/birds/1> <http://www.w3.org/2004/02/skos/core#prefLabel> "Papageitaucher"@de .
<http://example.org/birds/1> <http://www.w3.org/2004/02/skos/core#altLabel> "burrow sort" .
"""

TABLE = "name\tiri\ttype\nPufNet\thttps://example.org/pufnet\tmethod\nAUKS\thttps://example.org/auks\t\n"
BARE_TABLE = "PufNet,https://example.org/pufnet,Method\nAUKS,https://example.org/auks\n"
SSSOM = """# curie_map:
#   BIRD: https://example.org/bird/
#   MINE: https://example.org/mine/
# mapping_set_id: https://example.org/set
subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tconfidence
MINE:1\tPufNet\tskos:exactMatch\tBIRD:7\tpuffin network\tsemapv:ManualMappingCuration\t1.0
MINE:2\tAUKS\tskos:closeMatch\thttps://example.org/bird/8\tAUKS\tsemapv:LexicalMatching\t0.7
"""
