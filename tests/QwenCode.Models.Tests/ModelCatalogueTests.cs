using QwenCode.Models.Catalogue;

namespace QwenCode.Models.Tests;

public sealed class ModelCatalogueTests
{
    [Theory]
    [InlineData("Qwen/Qwen3-Coder-Plus-2025-07-22", "qwen3-coder-plus")]
    [InlineData("openai/gpt-5-preview", "gpt-5")]
    [InlineData("qwen-plus-latest", "qwen-plus-latest")]
    [InlineData("qwen-max-latest", "qwen-max")]
    [InlineData("kimi-k2-0905", "kimi-k2-0905")]
    [InlineData("claude-opus-4-20250514", "claude-opus-4")]
    [InlineData("model v2", "model")]
    [InlineData("qwen2.5-coder-8x22b", "qwen2.5-coder")]
    [InlineData("glm-4.7-int4", "glm-4.7")]
    [InlineData("a|b:some-model-exp", "some-model")]
    public void Names_are_reduced(string model, string name) => ModelCatalogue.Normalise(model).ShouldBe(name);

    [Theory]
    [InlineData("gemini-3-pro", 1_000_000, 65_536, true)]
    [InlineData("gemini-2.5-pro", 1_000_000, 8_192, true)]
    [InlineData("gpt-5", 272_000, 131_072, true)]
    [InlineData("gpt-4o", 131_072, 16_384, true)]
    [InlineData("o3-mini", 200_000, 131_072, true)]
    [InlineData("claude-opus-4-6", 200_000, 131_072, true)]
    [InlineData("claude-sonnet-4-5", 200_000, 65_536, true)]
    [InlineData("qwen3-coder-plus", 1_000_000, 32_768, true)]
    [InlineData("qwen3-coder-next", 262_144, 32_768, true)]
    [InlineData("qwen3.5-plus", 1_000_000, 65_536, true)]
    [InlineData("qwen3-max", 262_144, 32_768, true)]
    [InlineData("coder-model", 1_000_000, 65_536, true)]
    [InlineData("deepseek-chat", 131_072, 8_192, true)]
    [InlineData("deepseek-r1", 131_072, 65_536, true)]
    [InlineData("deepseek-v3", 131_072, 32_000, false)]
    [InlineData("glm-5", 202_752, 16_384, true)]
    [InlineData("MiniMax-M2.5", 196_608, 65_536, true)]
    [InlineData("minimax-m1", 200_000, 32_000, false)]
    [InlineData("kimi-k2.5", 262_144, 32_768, true)]
    [InlineData("seed-oss-36b", 524_288, 32_000, false)]
    [InlineData("unheard-of", 131_072, 32_000, false)]
    public void Limits_are_known_by_the_beginning_of_a_name(string model, int window, int output, bool isKnown)
    {
        var limits = ModelCatalogue.Find(model);

        (limits.ContextWindow, limits.OutputLimit, limits.IsOutputLimitKnown).ShouldBe((window, output, isKnown));
    }

    [Theory]
    [InlineData("gemini-2.5-pro", ModelModalities.Image | ModelModalities.Pdf | ModelModalities.Audio | ModelModalities.Video)]
    [InlineData("claude-x", ModelModalities.Image | ModelModalities.Pdf)]
    [InlineData("gpt-4o", ModelModalities.Image)]
    [InlineData("qwen3-vl-plus", ModelModalities.Image | ModelModalities.Video)]
    [InlineData("qwen3-coder-plus", ModelModalities.None)]
    public void Media_are_known_by_the_beginning_of_a_name(string model, ModelModalities modalities) =>
        ModelCatalogue.Find(model).Modalities.ShouldBe(modalities);
}
