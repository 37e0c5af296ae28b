pub async fn test(_: &[&str]) -> anyhow::Result<()> {
    Ok(())
}
