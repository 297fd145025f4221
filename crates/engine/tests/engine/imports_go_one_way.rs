//! No two folders of the engine import each other, whatever the way round, and no two files but a parent and its child.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What each imports.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// Every file below `directory` as a module path, with what it imports of the crate.
fn read(directory: &Path, module: &str, files: &mut BTreeMap<String, Vec<String>>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let module = [module, name].join("::");
        let module = module.trim_start_matches("::");
        if path.is_dir() {
            read(&path, module, files);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let imports = text.lines().filter_map(|line| {
            let path = line.trim().strip_prefix("use crate::")?;
            Some(path.trim_end_matches(';').to_owned())
        });
        files.insert(module.to_owned(), imports.collect());
    }
}

/// Which file imports which.
fn graph() -> Graph {
    let mut files = BTreeMap::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    read(&source, "", &mut files);
    files.remove("lib");
    let is_file = |path: &&str| files.contains_key(*path);
    let file_of = |import: &str| {
        let ends = import.match_indices("::").map(|(end, _)| end);
        let paths = ends.chain([import.len()]).map(|end| &import[..end]);
        let file = paths.filter(is_file).last();
        assert!(file.is_some(), "`use crate::{import}` names no file");
        file.unwrap().to_owned()
    };
    files
        .iter()
        .map(|(file, imports)| {
            let imports = imports.iter().map(|import| file_of(import));
            (file.clone(), imports.collect())
        })
        .collect()
}

/// A way from `at` back to something on the way to it.
fn circle<'g>(
    graph: &'g Graph,
    at: &'g str,
    way: &mut Vec<&'g str>,
    done: &mut BTreeSet<&'g str>,
) -> Option<String> {
    if let Some(start) = way.iter().position(|before| *before == at) {
        return Some(format!("{} -> {at}", way[start..].join(" -> ")));
    }
    if done.contains(at) {
        return None;
    }
    way.push(at);
    let mut imports = graph.get(at).into_iter().flatten();
    let found = imports.find_map(|next| circle(graph, next, way, done));
    way.pop();
    done.insert(at);
    found
}

fn first_circle(graph: &Graph) -> Option<String> {
    let mut done = BTreeSet::new();
    let mut starts = graph.keys();
    starts.find_map(|start| circle(graph, start, &mut Vec::new(), &mut done))
}

fn is_parent(file: &str, child: &str) -> bool {
    child
        .strip_prefix(file)
        .is_some_and(|rest| rest.starts_with("::"))
}

#[test]
fn no_file_imports_itself_by_way_of_others() {
    let mut graph = graph();
    assert!(graph.len() > 30 && graph["fetch::run"].contains("catalog::scan"));
    for (file, imports) in &mut graph {
        imports.retain(|import| !is_parent(file, import) && !is_parent(import, file));
    }
    assert_eq!(first_circle(&graph), None);
}

#[test]
fn no_folder_imports_itself_by_way_of_others() {
    let folder = |file: &str| file.split("::").next().unwrap().to_owned();
    let mut folders = Graph::new();
    for (file, imports) in graph() {
        let imports = imports.iter().map(|import| folder(import));
        let others = imports.filter(|import| *import != folder(&file));
        folders.entry(folder(&file)).or_default().extend(others);
    }
    assert!(folders["fetch"].contains("read"));
    assert_eq!(first_circle(&folders), None);
}

#[test]
fn a_circle_is_found() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let mut graph = Graph::from([("a".into(), names(&["b"])), ("b".into(), names(&["c"]))]);
    assert_eq!(first_circle(&graph), None);
    graph.insert("c".into(), names(&["d", "b"]));
    assert_eq!(first_circle(&graph).unwrap(), "b -> c -> b");
}
