"""No two modules import each other in a circle; `make floors` proves the rest of the house's plan."""

from graphlib import CycleError, TopologicalSorter

import grimp

from tests.house.prose import ROOMS


def circle(imports: dict[str, set[str]]) -> list[str]:
    """One circle among the modules, in order; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle_not_even_for_their_types() -> None:
    graph = grimp.build_graph(*ROOMS, exclude_type_checking_imports=False, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 50
    assert circle(imports) == []


def test_a_circle_would_be_seen() -> None:
    assert circle({"bots": {"routing"}, "routing": {"crm"}, "crm": {"bots"}})
