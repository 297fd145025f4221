//! A filter over the rows of an opened window.
//!
//! The engine goes step by step; between steps this thread is given to whatever else waits: the next question, above all,
//! whose page has cancelled this one. Of a large window others answer a portion ([`crate::scan`]).

use super::failure::failed;
use super::question::{asked, compile};
use super::rows::slices;
use super::storage::problem;
use super::{Answer, cancelled};
use crate::host::{DECODED_BYTES, Narrowing, Task};
use crate::pace::Pace;
use crate::scan::message::{Asked, Known, Opening};
use crate::scan::share::Shares;
use crate::view::View;
use windrow_engine::query::answers;
use windrow_engine::query::answers::field_list::FieldType as Type;
use windrow_engine::query::answers::top;
use windrow_engine::{Answers, Searched, SelectedRows};
use windrow_protocol::{
    Answered, Ask, Bars, CheckFilter, FailKind, Failed, FieldList, FieldSummary, FieldType,
    FilterMistake, Group, GroupNumbers, GroupOrder, GroupQuestion, Groups, Question, SlicesOf,
    TopValues, ViewId,
};

impl Answer for Ask {
    async fn answer(self, task: &Task<Self>) -> Result<Answered, Failed> {
        let View {
            opened, opening, ..
        } = task.host.view(self.view)?;
        let predicate = compile(&self.filter).map_err(refused)?;
        let of = Narrowing {
            view: self.view,
            filter: self.filter,
            selection: self.selection,
        };
        let held = match self.keeps_rows {
            true => task.host.narrowed(&of),
            false => None,
        };
        let keeps_rows = self.keeps_rows && held.is_none();
        let only = match of.selection {
            Some(range) => {
                let first = opened.row_from(range.start_ms()).await.map_err(failed)?;
                Some(first..opened.row_from(range.end_ms()).await.map_err(failed)?)
            }
            None => None,
        };
        let rows = opened.row_count();
        let question = &self.question;
        let workers = task.host.scans.ready_for(rows);
        let decoded_bytes = DECODED_BYTES / task.host.scans.all();
        task.host.decoded.resize(decoded_bytes);
        let (portion, mut shares) = Shares::begin(workers, |portion| Asked {
            opening: Opening {
                window: opening.as_ref().clone(),
                snapshot: opened.snapshot(),
            },
            portion,
            filter: of.filter.clone(),
            question: question.clone(),
            keeps_rows,
            only: only.clone(),
            decoded_bytes,
        });
        let view = task.host.view(self.view)?;
        let told = |known: &Known| Answered {
            // Rows that are kept have no view before all are known.
            slices: (!self.keeps_rows)
                .then(|| slices_of(self.view, &view, known.answers.rows_of_kind()))
                .flatten(),
            ..answered(&known.searched, &known.answers, question, rows)
        };
        let mut pace = Pace::begin();
        let mut portions = vec![portion];
        while !portions.is_empty() {
            for portion in portions {
                let mut asking = opened.asking(&predicate).only(portion);
                let mut answers = asked(question, keeps_rows, only.clone());
                loop {
                    let step = asking.step(&mut answers);
                    let step = task.cancel.run_until_cancelled(step).await;
                    if step.ok_or_else(cancelled)?.map_err(failed)?.is_break() {
                        break;
                    }
                    if pace.is_push_due() {
                        let soon = Known {
                            searched: asking.searched().clone(),
                            answers: answers.clone(),
                        };
                        shares
                            .known(Some(soon))
                            .iter()
                            .for_each(|known| task.push(told(known)));
                    }
                    pace.give_way().await;
                }
                let searched = asking.searched().clone();
                shares.answered(Known { searched, answers });
            }
            while let hear = task.cancel.run_until_cancelled(shares.hear()).await
                && hear.ok_or_else(cancelled)?
            {
                if pace.is_push_due() {
                    shares
                        .known(None)
                        .iter()
                        .for_each(|known| task.push(told(known)));
                }
            }
            portions = shares.unanswered();
        }
        let known = shares.known(None).ok_or_else(cancelled)?;
        let mut reply = told(&known);
        reply.workers = shares.workers();
        let of_kind = known.answers.rows_of_kind().cloned();
        let narrowed = match (held, known.answers.into_selected()) {
            (Some(held), _) => Some(held),
            (None, Some(selected)) => {
                let view = View::narrowed(opened.clone(), opening.clone(), selected);
                Some((task.host.narrow(of, view.clone()), view))
            }
            (None, None) => None,
        };
        if let Some((id, view)) = narrowed {
            reply.slices = slices_of(id, &view, of_kind.as_ref());
            reply.narrowed = Some(view.told(id));
        }
        Ok(reply)
    }
}

impl Answer for CheckFilter {
    async fn answer(self, _: &Task<Self>) -> Result<Option<FilterMistake>, Failed> {
        Ok(compile(&self.filter).err())
    }
}

fn refused(mistake: FilterMistake) -> Failed {
    let message = format!("Column {}: {}", mistake.column, mistake.message);
    Failed::new(message, mistake.remedy, FailKind::ChangeRequest)
}

/// Where rows of the kind asked for lie among those of a view.
fn slices_of(id: ViewId, view: &View, of_kind: Option<&SelectedRows>) -> Option<SlicesOf> {
    let slices = slices(&view.slices(of_kind?));
    Some(SlicesOf { view: id, slices })
}

fn answered(searched: &Searched, answers: &Answers, question: &Question, rows: u64) -> Answered {
    let histogram = question.histogram.as_ref().zip(answers.histogram());
    let top = question.top.iter().zip(answers.top());
    // The groups are the last of them.
    let grouped = question.groups.as_ref().zip(answers.top().last());
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
        workers: 1,
        histogram: histogram.map(|(asked, histogram)| bars(histogram.bars(asked.most as usize))),
        top: top
            .map(|(asked, top)| top_values(&asked.field, top.values(asked.most as usize)))
            .collect(),
        fields: answers.fields().map(fields),
        groups: grouped.map(|(asked, grouped)| groups(asked, grouped)),
        slices: None,
        narrowed: None,
    }
}

fn groups(asked: &GroupQuestion, grouped: &answers::Top) -> Groups {
    let order = match asked.order {
        GroupOrder::Rows => top::Order::Rows,
        GroupOrder::Sum => top::Order::Sum,
    };
    let ranked = grouped.ranked(asked.most as usize, order);
    let group = |(key, group): (top::Key, top::Group)| Group {
        values: key
            .into_iter()
            .map(|value| value.map(String::from))
            .collect(),
        rows: group.rows,
        numbers: numbers(&group.of),
    };
    Groups {
        by: asked.by.clone(),
        of: asked.of.clone(),
        groups: ranked.values.into_iter().map(group).collect(),
        distinct: ranked.distinct as u64,
        rows: ranked.rows,
        absent: ranked.absent,
        is_exact: ranked.is_exact,
    }
}

fn numbers(of: &answers::Measure) -> Option<GroupNumbers> {
    let (low, high) = of.low.zip(of.high)?;
    let is_integer = of.floats == 0.0;
    Some(GroupNumbers {
        sum: match is_integer {
            true => of.integers.to_string(),
            false => written(of.sum()),
        },
        low: written(low),
        high: written(high),
    })
}

fn written(number: f64) -> String {
    /// From here on with an exponent.
    const LARGE: f64 = 1e16;
    if number.abs() < LARGE {
        number.to_string()
    } else {
        format!("{number:e}")
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
