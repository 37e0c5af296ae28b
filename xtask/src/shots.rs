pub async fn shots() -> anyhow::Result<()> {
    Ok(())
}
