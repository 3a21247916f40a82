"""Which test files belong to which module: the one of its name in the folder of its name, or those of `TESTED_THROUGH`.

A module `analysis/a/b.py` has the name `a/b`, a package `analysis/a/__init__.py` the name `a`.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "analysis"
TESTS = ROOT / "tests"

# Modules without a test file of their name are parts of what is called, and tested, as a whole: which tests see it go wrong.
TESTED_THROUGH = {
    "analyses/test_analyses.py": "analyses/change analyses/reconcile",
    "analyses/test_benchmark_funnel.py analyses/test_comparators.py": "analyses/benchmark/numerators_and_bases",
    "analyses/test_benchmark_funnel.py": "analyses/benchmark/area_funnel",
    "analyses/test_comparators.py": "analyses/benchmark/comparators",
    "analyses/test_analyses.py analyses/test_comparators.py": "analyses/benchmark analyses/benchmark/peers analyses/benchmark/place",
    "analyses/test_findings.py": "analyses/findings/finding analyses/findings/sentence analyses/findings/verdicts",
    "analyses/test_series_words.py": "analyses/findings/places analyses/findings/whole_series",
    "analyses/test_movement.py": "analyses/movement/alternatives analyses/movement/constants analyses/movement/rarity",
    "analyses/test_scorecard.py": "analyses/scorecard/card analyses/scorecard/comments analyses/scorecard/confidence"
    " analyses/scorecard/exceptions analyses/scorecard/family analyses/scorecard/rag analyses/scorecard/recent_points"
    " analyses/scorecard/standing exhibits/score_table",
    "exhibits/test_counts.py": "analyses/counts",
    "pack/test_index_sheet.py": "exhibits/parts/marks pack/pages/dashboard pack/pages/journey pack/pages/matrix"
    " pack/pages/matter_words",
    "analyses/test_matters.py": "analyses/scorecard/matters analyses/scorecard/questions",
    "analyses/test_scorecard.py clean/test_hostile_files.py": "clean/commentary",
    "analyses/test_control.py": "analyses/trend/control_charts",
    "analyses/test_targets.py": "analyses/learning",
    "analyses/test_trend.py": "analyses/trend/slopes",
    "analyses/test_trend.py analyses/test_analyses.py": "analyses/trend/time_series",
    "catalogue/test_breaks.py": "analyses/findings/breaks",
    "catalogue/test_catalogue.py": "catalogue/dictionary catalogue/references",
    "catalogue/test_framework.py": "catalogue/framework/agreements catalogue/framework/return_form catalogue/framework/schedules",
    "catalogue/test_tables.py": "catalogue/tables/checks catalogue/tables/document catalogue/tables/kinds catalogue/tables/own"
    " catalogue/tables/rows catalogue/tables/schema",
    "claims/test_claims.py": "claims/ledger",
    "claims/test_extract.py claims/test_claims.py": "claims/draft/extract claims/draft/series_guess claims/draft/reading/scopes",
    "claims/test_figure_check.py": "claims/draft/figure_check claims/draft/own_readings",
    "claims/test_reading.py": "claims/draft/reading/blocks claims/draft/reading/dates claims/draft/reading/grids"
    " claims/draft/reading/numbers claims/draft/reading/report_file files/plain_text",
    "claims/test_reading.py claims/test_self_check.py": "claims/draft/reading/sentences claims/draft/reading/words",
    "claims/test_self_check.py": "claims/draft/relation_check claims/draft/self_check claims/draft/relations/changes"
    " claims/draft/relations/date_order claims/draft/relations/enumerations claims/draft/relations/hundreds claims/draft/relations/multiples"
    " claims/draft/relations/quantity_words claims/draft/relations/rates claims/draft/relations/repeats"
    " claims/draft/relations/shares claims/draft/relations/sums claims/draft/relations/table_formulas"
    " claims/draft/relations/table_prose claims/draft/relations/table_sums claims/draft/relations/targets claims/draft/relations/whole_sets"
    " pack/pages/text_check",
    "claims/test_claims.py claims/test_claims_ledger.py": "claims/causes/contradiction claims/causes/likely_cause"
    " claims/causes/other_bases claims/causes/other_figures claims/draft_review claims/statement_verdicts"
    " claims/triangulation",
    "claims/test_fairness.py": "claims/severity",
    "claims/test_claims.py exhibits/test_exhibits.py": "exhibits/statements",
    "claims/test_claims_formula.py": "claims/language/evaluate claims/language/grammar"
    " claims/language/vocabulary claims/printed_value",
    "claims/test_claims_formula.py claims/test_claims_ledger.py": "claims/language/functions claims/language/labels"
    " claims/language/significance claims/lookup",
    "claims/test_claims.py claims/test_claims_formula.py": "claims/known_errors claims/outcomes",
    "claims/test_fairness.py claims/test_claims.py": "claims/accusations claims/error_keys claims/readings claims/review",
    "claims/test_claims_mutation.py claims/test_claims.py": "claims/implied/claim_row claims/implied/from_figures"
    " claims/implied/from_labels",
    "clean/test_clean.py": "clean/domains clean/printed/cell_formats clean/printed/statements",
    "clean/test_clean.py clean/test_evidence.py": "clean/printed/layout",
    "clean/test_clean.py clean/test_evidence.py returns/test_receiving.py": "clean/build",
    "clean/test_import.py": "clean/official clean/official/column_reader clean/official/dating"
    " clean/official/cell_figures clean/official/file_import"
    " clean/official/neighbours clean/official/origin clean/official/row_checks",
    "clean/test_joint_rows.py clean/test_import.py": "clean/official/coverage clean/official/geography",
    "clean/test_official_ages.py clean/test_import.py": "clean/official/sums",
    "clean/test_spreadsheets.py": "clean/official/file_rows clean/official/open_document clean/official/workbook",
    "clean/test_unfinished.py": "clean/official/unfinished",
    "clean/test_official_sums.py": "clean/official/checking",
    "clean/test_official_changes.py": "clean/official/layouts clean/official/recognition",
    "clean/test_implied_levels.py": "clean/printed/implied_levels",
    "clean/test_layouts.py": "clean/printed/copying clean/printed/release_rows clean/printed/unmatched cli/release_layouts",
    "cli/test_cli.py": "cli/documents cli/exploring cli/importing cli/listings cli/making cli/options cli/releasing cli/returns",
    "cli/test_cli.py claims/test_claims.py claims/test_self_check.py": "cli/reviewing",
    "disclosure/gate/test_gate.py": "disclosure/gate/check disclosure/gate/forbidden_text disclosure/gate/front"
    " disclosure/gate/markup disclosure/gate/notebooks disclosure/gate/one_file disclosure/gate/rules"
    " disclosure/gate/style_sheets disclosure/gate/typed_tables disclosure/gate/workbook_parts disclosure/gate/workbooks",
    "disclosure/gate/test_gate.py disclosure/gate/test_wide_tables.py": "disclosure/audit disclosure/audit/cells"
    " disclosure/audit/pages disclosure/audit/sums disclosure/gate/shown_figures",
    "disclosure/gate/test_seal.py disclosure/gate/test_tamperings.py": "disclosure/gate/pack_files disclosure/gate/pack_record"
    " disclosure/gate/untraced disclosure/gate/visible_text disclosure/gate/workbook_front disclosure/gate/workbook_structure",
    "disclosure/gate/test_release.py": "disclosure/gate/release_record disclosure/protection/protected_store",
    "disclosure/gate/test_restatements.py": "analyses/restatements exhibits/agency_returns",
    "disclosure/protection/test_protection.py": "disclosure/audit/attack disclosure/protection/family"
    " disclosure/protection/links disclosure/protection/optimise disclosure/protection/proof",
    "attack/test_joint_readers.py": "disclosure/protection/earlier",
    "disclosure/test_withheld.py": "disclosure/protection/percentages disclosure/protection/withholding",
    "exhibits/test_exhibits.py": "exhibits/accounts exhibits/annual_report exhibits/breakdowns exhibits/comparing"
    " exhibits/data_quality exhibits/official exhibits/over_time exhibits/parts/charts"
    " exhibits/parts/composite_charts exhibits/parts/context exhibits/parts/exhibit exhibits/parts/fragments"
    " exhibits/parts/style exhibits/parts/svg",
    "exhibits/test_exhibits.py exhibits/test_methods.py": "exhibits/long_series",
    "exhibits/test_exhibits.py analyses/test_scorecard.py": "exhibits/scorecard",
    "exhibits/test_explorer.py": "exhibits/reasons",
    "exhibits/test_nothing.py": "exhibits/parts/nothing",
    "exhibits/test_own.py": "exhibits/parts/columns exhibits/parts/comparator_lines exhibits/parts/shown",
    "measures/test_measures.py": "measures/context measures/current_figures measures/disagreements measures/indicator_values"
    " measures/populations measures/terms",
    "pack/test_data_files.py": "exhibits/parts/typed_table pack/downloads/csv_files pack/downloads/page_tables"
    " pack/downloads/word pack/downloads/workbook pack/pages/exporter",
    "pack/test_each_area.py": "pack/run/each_area pack/run/precompute",
    "pack/test_cluster.py": "pack/run/cluster",
    "pack/test_execute.py pack/test_analyst_cells.py": "pack/run/execute",
    "pack/test_helpers.py": "pack/run/handshake pack/run/helpers pack/run/stopping",
    "pack/test_omitted_reports.py": "pack/run/omitted_reports pack/run/previous_pack",
    "pack/test_pack.py": "pack/dependency_versions pack/pack_folder pack/pages/index_summary pack/plan pack/results"
    " pack/run/events pack/run/executor pack/run/log pack/run/publish",
    "pack/test_arrangement.py": "pack/pages/arrangement",
    "pack/test_shelf.py": "pack/pages/shelf",
    "pack/test_page.py": "catalogue/source_lines pack/pages/blocks pack/pages/front_page pack/pages/markdown pack/pages/page",
    "pack/test_kernels.py": "pack/run/kernels pack/run/preloaded",
    "pack/test_reuse.py": "pack/run/reuse store/reads",
    "pack/test_run_safety.py": "files/locks pack/run/processes",
    "pack/test_second_edition.py": "pack/pages/corrections pack/release pack/signing",
    "returns/test_broken_returns.py": "returns/action_rows returns/belonging returns/cell_values returns/figure_rows"
    " returns/parsing",
    "returns/test_foreign_content.py": "returns/remarks returns/remarks_page returns/sheet_tables returns/template_texts",
    "returns/test_slow_files.py returns/test_foreign_content.py": "files/archives files/packed_xml returns/excel"
    " returns/file_limits returns/file_reader returns/opendocument returns/sandbox",
    "returns/test_kept_returns.py": "analyses/punctuality clean/returns/receipts returns/anonymising returns/forgetting"
    " returns/version_files returns/withdrawing",
    "returns/test_own_exports.py": "returns/export_layouts returns/guessing",
    "returns/test_receiving.py": "clean/returns/received returns/consistency returns/issuing returns/stored_return"
    " returns/template store/returns_folder",
    "scope/test_scope.py": "disclosure/policy scope/question scope/shared store/as_at",
    "statistics/test_comparison.py statistics/test_funnel.py statistics/test_usual_movement.py": "statistics/tails",
    "statistics/test_control_chart.py": "statistics/chart_icons",
    "statistics/test_funnel.py": "statistics/between_area_variance statistics/bisection",
    "statistics/test_movement_fit.py statistics/test_usual_movement.py": "statistics/movement_scale",
    "statistics/test_statistics_package.py": "statistics statistics/arguments",
    "store/test_a_year_after.py store/test_backup.py": "store/register",
    "store/test_raw_files.py": "files/csv_cells files/data_folders",
    "store/test_tidy_table.py": "files/folders store",
    "test_public_names.py": "__init__",
    "whole/test_periods_of_reports.py": "pack/applicable",
}


def module_names() -> list[str]:
    """Return the name of every module, and of each package whose `__init__.py` defines something."""
    paths = [path.relative_to(SOURCE) for path in SOURCE.rglob("*.py")]
    packages = [path for path in paths if path.name == "__init__.py" and "def " in (SOURCE / path).read_text(encoding="utf-8")]
    modules = [path.with_suffix("") for path in paths if path.name != "__init__.py"]
    return sorted(path.as_posix() for path in (*modules, *(_name_of_package(path) for path in packages)))


def _name_of_package(path: Path) -> Path:
    return path.parent if path.parent != Path() else path.with_suffix("")


def path_of(name: str) -> Path:
    """Return the file of a module."""
    package = SOURCE / name / "__init__.py"
    return package if package.is_file() else SOURCE / f"{name}.py"


def own_test(name: str) -> Path:
    """Return where the test file of a module's name lies, whether it is there or not."""
    beside = TESTS / Path(name).parent / f"test_{Path(name).name}.py"
    return beside if beside.is_file() else TESTS / name / beside.name


def tests_of(name: str) -> tuple[str, ...]:
    """Return the test files that belong to a module, as pytest is told; the tests of its room where none do."""
    if own_test(name).is_file():
        return (own_test(name).relative_to(ROOT).as_posix(),)
    through = next((tests for tests, modules in TESTED_THROUGH.items() if name in modules.split()), name.partition("/")[0])
    return tuple(f"tests/{test}" for test in through.split())
