using QwenCode.Models.OpenAI;

namespace QwenCode.Models.Tests;

public class ClientOptionsTests
{
    [Fact]
    public void Options_that_make_no_sense_are_all_named_when_the_client_is_made_and_the_key_is_not() => Should.Throw<InvalidOptionsException>(
        () => new OpenAIChatClient(new OpenAIClientOptions
        {
            Model = string.Empty,
            ApiKey = "sk-secret",
            BaseUrl = new Uri("http://127.0.0.1:1/v1"),
            MaxRetries = -1,
            MaxOutputTokens = 0,
            IdleTimeout = TimeSpan.Zero,
        })).Problems.ShouldBe([
            "Model is empty; it must have a value.",
            "MaxRetries is -1; it must be at least 0.",
            "MaxOutputTokens is 0; it must be at least 1.",
            "IdleTimeout is 00:00:00; it must be longer than zero."]);
}
