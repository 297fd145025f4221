//! What `count`, `histogram`, `top`, `fields` and `rows --where` have in common: the expression, the window, and how far an answer goes.
//!
//! Whatever was not searched is said with every answer: what is not cached, what is damaged, what is provisional.

use super::{fields, gaps_of, open_store};
use crate::args::AskArgs;
use crate::clock::SystemClock;
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::expression::Expression;
use crate::show::{count, counted, escape, range, span_ms};
use serde::Serialize;
use std::ops::ControlFlow;
use windrow_engine::{Answers, Opened, Searched, open};
use windrow_model::Coverage;
use windrow_model::filter::{FieldName, nearest};
use windrow_source::Clock;
use windrow_store::NativeStore;

/// A window, open, and what is asked of its rows.
pub(super) struct Asking {
    pub(super) opened: Opened<NativeStore>,
    expression: Expression,
}

impl Asking {
    /// Reads the expression, opens the window, and says what may not mean what was meant.
    pub(super) async fn open(args: &AskArgs, context: &Context) -> Result<Self, CliError> {
        let expression = Expression::read(&args.filter)?.within(&args.list)?;
        let window = args.window.window(SystemClock.now_ms())?;
        let store = open_store(&args.cache);
        let opened = open(store, &args.dataset.required()?, window).await?;
        let (names, are_all) = opened.field_names();
        for hint in expression.hints(&names, are_all) {
            context.note(&escape(&hint));
        }
        drop(names);
        Ok(Self { opened, expression })
    }

    /// Asks every row.
    pub(super) async fn ask(
        &self,
        answers: &mut Answers,
        context: &Context,
    ) -> Result<Searched, CliError> {
        let mut receive = |_: windrow_engine::Refined<'_>| ControlFlow::Continue(());
        let filter = &self.expression.predicate;
        let asked = self
            .opened
            .ask(filter, answers, &context.cancel, &mut receive);
        Ok(asked.await?)
    }

    /// Prints an answer with how far it goes; gives the exit code.
    pub(super) fn print<A: Serialize>(
        &self,
        searched: &Searched,
        answer: &A,
        lines: Vec<String>,
        context: &Context,
    ) -> Result<Exit, CliError> {
        let document = Document {
            meaning: self.expression.meaning(),
            searched,
            missing_share: searched.missing_share(),
            answer,
        };
        context.print(&document, || lines.into_iter().chain(extent(searched)))?;
        Ok(exit(searched, context))
    }
}

/// Says of each name under which nothing was found, and which is none of the fields that are known, that no row has it.
pub(super) fn note_unknown<'a>(
    opened: &Opened<NativeStore>,
    names: impl IntoIterator<Item = (&'a str, bool)>,
    context: &Context,
) {
    let (known, _) = opened.field_names();
    for (name, is_found) in names {
        let is_known = || {
            let name = FieldName::any_case(name);
            known.iter().any(|known| name.matches(known))
        };
        if !is_found && !is_known() {
            let nearest = nearest(name, &known);
            let nearest = nearest.map(|nearest| format!("; did you mean `{nearest}`?"));
            let said = format!("no row has a field `{name}`{}", nearest.unwrap_or_default());
            context.note(&escape(&said));
        }
    }
}

/// An answer for programs.
#[derive(Serialize)]
struct Document<'a, A> {
    #[serde(rename = "where")]
    meaning: String,
    #[serde(flatten)]
    searched: &'a Searched,
    missing_share: f64,
    #[serde(flatten)]
    answer: &'a A,
}

/// How a command ends whose rows were searched so far; damage is said.
pub(super) fn exit(searched: &Searched, context: &Context) -> Exit {
    for problem in &searched.damaged {
        let error = CliError::Engine(problem.to_error());
        context.note(&escape(&error.to_string()));
    }
    if let Some(problem) = searched.damaged.first() {
        let error = CliError::Engine(problem.to_error());
        context.note(&escape(&error.remedy()));
    }
    match () {
        () if !searched.is_final => Exit::Cancelled,
        () if searched.damaged.is_empty() => Exit::Ok,
        () => Exit::Cache,
    }
}

/// `1,234 rows match in ...`, the first line of an answer.
pub(super) fn matched(searched: &Searched) -> String {
    let verb = if searched.matched == 1 {
        "matches"
    } else {
        "match"
    };
    format!(
        "{} {verb} in {}",
        counted(searched.matched, "row", "rows"),
        range(searched.window)
    )
}

/// What it took, and what the answer does not hold.
fn extent(searched: &Searched) -> Vec<String> {
    let rows = |number| counted(number, "row", "rows");
    let (read, skipped) = (rows(searched.searched), count(searched.skipped));
    let mut said = vec![(
        "searched",
        format!("{read} read, {skipped} decided by statistics"),
    )];
    if !searched.provisional_ranges.is_empty() {
        let provisional = rows(searched.provisional);
        let ranges: Coverage = searched.provisional_ranges.iter().copied().collect();
        let wide = span_ms(ranges.duration_ms());
        said.push((
            "provisional",
            format!("{provisional} more, not counted, in {wide} where events may still come"),
        ));
    }
    if searched.unreadable > 0 {
        said.push(("unreadable", rows(searched.unreadable)));
    }
    if !searched.missing.is_empty() {
        let gaps: Coverage = searched.missing.iter().copied().collect();
        let gaps = gaps_of(&gaps, searched.window);
        said.push(("not cached", format!("{gaps}, not searched")));
    }
    if !searched.is_final {
        said.push(("stopped", "before all rows were searched".into()));
    }
    let lines = [String::new()].into_iter();
    lines.chain(fields(&said)).collect()
}
