pub async fn record() -> anyhow::Result<()> {
    Ok(())
}
