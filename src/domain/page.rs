use serde::Deserialize;

/// One page of a list, as the server cuts it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// Rows before the first one here (a row offset, not a page number).
    pub index: u64,
    /// Rows in the whole list.
    pub total_num_results: u64,
    /// The rows of this page.
    pub data: Vec<T>,
}

impl<T> Page<T> {
    /// The page lies past the end of a list that does have rows.
    #[must_use]
    pub fn is_past_the_end(&self) -> bool {
        self.data.is_empty() && self.total_num_results > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Queue;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-zA-Z]{0,12}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_page_is_read_or_refused(field in 0..16usize, odd in any_json(), text in any::<String>()) {
            let mut page = json!({"index": 0, "totalNumResults": 1, "isComplete": true, "data": [{
                "id": 1, "snapshot": 1, "name": "q", "description": null, "deleted": false,
                "hasDraft": false, "createdOn": text, "lastModifiedOn": text, "group": {"id": 1, "name": text},
                "tags": [], "user": {"id": 1, "username": text},
            }]});
            // One field of it is something else.
            let row = page["data"][0].as_object().unwrap();
            match row.keys().nth(field).cloned() {
                Some(key) => page["data"][0][key.as_str()] = odd,
                None => page["data"] = odd,
            }
            if let Ok(page) = serde_json::from_value::<Page<Queue>>(page) {
                let _ = page.is_past_the_end();
            }
        }
    }
}
