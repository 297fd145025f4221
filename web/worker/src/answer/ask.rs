//! A filter over the rows of an opened window.
//!
//! The engine goes step by step; between steps this thread is given to whatever else waits: the next question, above all,
//! whose page has cancelled this one.

use super::failure::failed;
use super::storage::problem;
use super::{Answer, cancelled};
use crate::host::{Narrowing, Task};
use crate::view::View;
use windrow_engine::query::answers::field_list::FieldType as Type;
use windrow_engine::query::answers::top;
use windrow_engine::query::{Predicate, answers};
use windrow_engine::{Answers, Searched};
use windrow_model::filter::{FieldName, parse};
use windrow_protocol::browser::task;
use windrow_protocol::{
    Answered, Ask, Bars, CheckFilter, FailKind, Failed, FieldList, FieldSummary, FieldType,
    FilterMistake, Question, TopValues, WindowView,
};

/// What is known so far is pushed at most this often.
const PUSHED_MS: i64 = 150;

/// Other calls wait at most this long, and the rest of a step.
const TURN_MS: i64 = 8;

impl Answer for Ask {
    async fn answer(self, task: &Task<Self>) -> Result<Answered, Failed> {
        let View { opened, .. } = task.host.view(self.view)?;
        let predicate = compile(&self.filter).map_err(|mistake| {
            let message = format!("Column {}: {}", mistake.column, mistake.message);
            Failed::new(message, mistake.remedy, FailKind::ChangeRequest)
        })?;
        let of = Narrowing {
            view: self.view,
            filter: self.filter,
            selection: self.selection,
        };
        let held = match self.keeps_rows {
            true => task.host.narrowed(&of),
            false => None,
        };
        let keeps = self.keeps_rows && held.is_none();
        let mut answers = asked(&self.question, keeps);
        if let Some(range) = of.selection {
            let first = opened.row_from(range.start_ms()).await.map_err(failed)?;
            let end = opened.row_from(range.end_ms()).await.map_err(failed)?;
            answers = answers.only(first..end);
        }
        let rows = opened.row_count();
        let mut asking = opened.asking(&predicate);
        let (mut pushed_ms, mut turned_ms) = (task::now_ms(), task::now_ms());
        loop {
            let step = asking.step(&mut answers);
            let step = task.cancel.run_until_cancelled(step).await;
            if step.ok_or_else(cancelled)?.map_err(failed)?.is_break() {
                break;
            }
            let now_ms = task::now_ms();
            if now_ms - pushed_ms >= PUSHED_MS {
                task.push(answered(asking.searched(), &answers, &self.question, rows));
                pushed_ms = task::now_ms();
            }
            if now_ms - turned_ms >= TURN_MS {
                task::next_turn().await;
                turned_ms = task::now_ms();
            }
        }
        let mut reply = answered(asking.searched(), &answers, &self.question, rows);
        reply.narrowed = match (held, answers.into_selected()) {
            (Some((id, view)), _) => Some(view.told(id)),
            (None, Some(selected)) => {
                let view = View::narrowed(opened.clone(), selected);
                let id = task.host.narrow(of, view.clone());
                Some(view.told(id))
            }
            (None, None) => None::<WindowView>,
        };
        Ok(reply)
    }
}

impl Answer for CheckFilter {
    async fn answer(self, _: &Task<Self>) -> Result<Option<FilterMistake>, Failed> {
        Ok(compile(&self.filter).err())
    }
}

fn compile(text: &str) -> Result<Predicate, FilterMistake> {
    let parsed = parse(text).map_err(|error| error.explained())?;
    let predicate = Predicate::new(&parsed.filter).map_err(|error| error.explained(text))?;
    Ok(predicate)
}

fn asked(question: &Question, keeps_rows: bool) -> Answers {
    let mut answers = Answers::default();
    if keeps_rows {
        answers = answers.with_selected();
    }
    if let Some(histogram) = &question.histogram {
        let by = histogram.by.as_ref().map(FieldName::exact);
        answers = answers.with_histogram(histogram.buckets.clone(), by);
    }
    for of in &question.top {
        let question = top::Question {
            by: vec![FieldName::exact(&of.field)],
            of: None,
        };
        answers = answers.with_top(question, top::Limits::default());
    }
    if question.fields {
        answers = answers.with_fields();
    }
    answers
}

fn answered(searched: &Searched, answers: &Answers, question: &Question, rows: u64) -> Answered {
    let histogram = question.histogram.as_ref().zip(answers.histogram());
    let top = question.top.iter().zip(answers.top());
    Answered {
        matched: searched.matched,
        provisional: searched.provisional,
        searched: searched.searched,
        skipped: searched.skipped,
        unreadable: searched.unreadable,
        rows,
        missing: searched.missing.clone(),
        provisional_ranges: searched.provisional_ranges.clone(),
        damaged: searched.damaged.iter().cloned().map(problem).collect(),
        is_final: searched.is_final,
        histogram: histogram.map(|(asked, histogram)| bars(histogram.bars(asked.most as usize))),
        top: top
            .map(|(asked, top)| top_values(&asked.field, top.values(asked.most as usize)))
            .collect(),
        fields: answers.fields().map(fields),
        narrowed: None,
    }
}

fn bars(bars: answers::histogram::Bars) -> Bars {
    Bars {
        all: bars.all,
        values: bars.values,
        others: bars.others,
        absent: bars.absent,
        is_exact: bars.is_exact,
    }
}

fn top_values(field: &str, top: top::TopValues) -> TopValues {
    let value = |(key, group): (top::Key, top::Group)| {
        let text = key.into_iter().next().flatten().unwrap_or_default();
        (text.into_string(), group.rows)
    };
    TopValues {
        field: field.to_owned(),
        values: top.values.into_iter().map(value).collect(),
        distinct: top.distinct as u64,
        rows: top.rows,
        absent: top.absent,
        is_exact: top.is_exact,
    }
}

fn fields(list: &answers::FieldList) -> FieldList {
    let field = |(name, summary): (&String, &answers::field_list::FieldSummary)| FieldSummary {
        name: name.clone(),
        types: summary.types.iter().map(field_type).collect(),
        rows: summary.rows,
        distinct: summary.distinct.count(),
    };
    FieldList {
        fields: list.fields().iter().map(field).collect(),
        rows: list.rows(),
        unlisted: list.unlisted(),
    }
}

const fn field_type(of: &Type) -> FieldType {
    match of {
        Type::Boolean => FieldType::Boolean,
        Type::Integer => FieldType::Integer,
        Type::Float => FieldType::Float,
        Type::Text => FieldType::Text,
    }
}
