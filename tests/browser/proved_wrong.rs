//! Trees that prove too little or too much: a footer that is broken, and two parts that claim the same. Each is named, and mended on the page.

use super::{Stage, browser};
use serde_json::{Value, json};
use windrow_tests::driver::Kind;
use windrow_tests::made_log::Fill::Plain;
use windrow_tests::page::hook;
use windrow_tests::tree;

in_browsers! {
    a_broken_footer_is_named_fetched_again_and_its_file_deleted_on_the_page,
    two_parts_that_claim_the_same_are_both_named_on_the_page_until_one_is_deleted,
}

fn a_broken_footer_is_named_fetched_again_and_its_file_deleted_on_the_page(kind: Kind) {
    let stage = Stage::of(|log| log.lines(2000, 300, Plain));
    let window = (stage.log.start_ms(), stage.log.end_ms());
    let native = stage.path("native");
    let flush = ["--flush-rows", "400", "--parallel", "1"];
    stage.stand_in.fetch(window, &native, &flush);
    let mut files = tree::files(&native);
    let broken = tree::parts(&native)[1].clone();
    let bytes = files.get_mut(&broken).unwrap();
    let near_the_end = bytes.len() - 40;
    bytes[near_the_end] ^= 0x10;

    let browser = browser(kind);
    let page = stage.open(&browser);
    page.put_files(&files);
    assert_eq!(page.plan(&stage.stand_in.log, window), "damaged");
    browser.until(
        "the broken file's name",
        "return document.querySelector('[data-testid=damaged]')?.dataset.path === args",
        &json!(broken),
    );
    page.picture("broken-footer");
    assert!(page.fetch_all().ok);
    page.rows_are(2000);
    assert!(page.paths().contains(&broken));

    // What the broken file held nobody knows: it stays until it is deleted by hand.
    browser.click(&hook("tab-segments"));
    browser.click(&hook("delete-file"));
    page.says(&hook("delete-file"), "?");
    browser.click(&hook("delete-file"));
    browser.until(
        "no such file",
        "return document.querySelector('[data-testid=delete-file]') === null",
        &Value::Null,
    );
    assert!(!page.paths().contains(&broken));
    page.rows_are(2000);
    assert!(page.verify());
}

fn two_parts_that_claim_the_same_are_both_named_on_the_page_until_one_is_deleted(kind: Kind) {
    let stage = Stage::of(|log| log.lines(1000, 300, Plain));
    let (start_ms, end_ms) = (stage.log.start_ms(), stage.log.end_ms());
    let at = |share: i64| start_ms + (end_ms - start_ms) * share / 4;
    let (one, two) = (stage.path("one"), stage.path("two"));
    stage.stand_in.fetch((at(0), at(3)), &one, &[]);
    stage.stand_in.fetch((at(1), at(4)), &two, &[]);
    let mut files = tree::files(&one);
    files.extend(tree::files(&two));
    let both = [tree::parts(&one), tree::parts(&two)].concat();

    let browser = browser(kind);
    let page = stage.open(&browser);
    page.put_files(&files);
    page.plan(&stage.stand_in.log, (start_ms, end_ms));
    for part in &both {
        page.says(".problem[role=alert]", part);
    }
    page.says(&hook("coverage-line"), "cannot be told");
    page.picture("claimed-twice");
    browser.click(&hook("tab-segments"));
    page.wait(&hook("part"));
    browser.click(&hook("delete-segment"));
    page.says(&hook("delete-segment"), "?");
    browser.click(&hook("delete-segment"));
    page.says(&hook("decision"), "partial");
    assert!(page.fetch_all().ok);
    page.rows_are(1000);
    assert!(page.verify());
}
