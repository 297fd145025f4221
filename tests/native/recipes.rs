//! What the documents say of reading the parts elsewhere works as it stands there, on parts in which the type of a field differs.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use windrow_tests::python;
use windrow_tests::stand_in::StandIn;

/// The fenced blocks of a language in a document, for a directory with one log.
fn recipes(document: &str, language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(document);
    let text = fs::read_to_string(&path).unwrap();
    let fence = format!("```{language}\n");
    let blocks = text.split(&fence).skip(1);
    let bodies = blocks.map(|block| block.split("```").next().unwrap());
    bodies.map(|body| body.replace("<log id>", "*")).collect()
}

/// Runs a script where `data/cache` is the cache.
fn ask(script: &str, directory: &Path) -> Value {
    python::ask(
        &format!("import json, os, sys\nos.chdir(sys.argv[1])\n{script}"),
        directory,
    )
}

/// Two parts: `status` is a number in one and text in the other, `size` an integer and a float, `up` a boolean and an integer.
fn fetch(directory: &Path) {
    let file = directory.join("fields.ndjson");
    let lines = [
        r#"{"time":"2026-11-20T10:00:00Z","status":200,"size":10,"up":true,"once":1}"#,
        r#"{"time":"2026-11-20T11:00:00Z","status":"ok","size":0.5,"up":7}"#,
    ];
    fs::write(&file, lines.join("\n")).unwrap();
    let stand_in = StandIn::start(&file, "UTC", &json!({"faults": []}), directory);
    let cache = directory.join("data/cache");
    for from_ms in [1_795_168_800_000, 1_795_172_400_000] {
        stand_in.fetch((from_ms, from_ms + 60_000), &cache, &[]);
    }
}

#[test]
fn the_recipes_of_the_documents_read_parts_in_which_the_type_of_a_field_differs() {
    let directory = tempfile::tempdir().unwrap();
    fetch(directory.path());

    let arrow = recipes("docs/FORMAT.md", "python");
    assert_eq!(arrow.len(), 1);
    let show = "rows = table.sort_by('timestamp').select(['status', 'size', 'up', 'once']).to_pylist()\n\
                print(json.dumps([list(row.values()) for row in rows]))";
    let rows = ask(&format!("{}{show}", arrow[0]), directory.path());
    assert_eq!(
        rows,
        json!([["200", 10.0, "true", 1], ["ok", 0.5, "7", null]])
    );

    let duck = recipes("docs/FORMAT.md", "sql");
    assert_eq!(duck.len(), 1);
    let show = format!(
        "import duckdb\nsql = '''{}'''.strip().rstrip(';')\n\
         print(json.dumps(duckdb.sql(f'select status, size, up, once from ({{sql}})').fetchall()))",
        duck[0]
    );
    let rows = ask(&show, directory.path());
    assert_eq!(rows, json!([["200", 10.0, 1, 1], ["ok", 0.5, 7, null]]));
}

#[test]
fn the_recipes_of_the_readme_count_the_rows_of_such_parts() {
    let directory = tempfile::tempdir().unwrap();
    fetch(directory.path());
    for recipe in recipes("README.md", "python") {
        let (before, counted) = recipe.trim_end().rsplit_once('\n').unwrap();
        // A star is no log id for pyarrow, and all logs are this one.
        let script = format!("{before}\nprint({})", counted.replace("/*\"", "\""));
        assert_eq!(ask(&script, directory.path()), 2, "{recipe}");
    }
    for recipe in recipes("README.md", "sql") {
        // Times would need a package more to become Python's.
        let script = format!(
            "import duckdb\nsql = '''{recipe}'''.strip().rstrip(';')\n\
             print(duckdb.sql(f'select \"count_star()\" from ({{sql}})').fetchall()[0][0])"
        );
        assert_eq!(ask(&script, directory.path()), 2, "{recipe}");
    }
}
