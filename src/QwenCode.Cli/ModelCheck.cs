using QwenCode.Configuration.Models;
using QwenCode.Hosting;

namespace QwenCode.Cli;

/// <summary>Whether there is a model to talk to, and what to say where there is none.</summary>
internal static class ModelCheck
{
    private const string WaysToStart =
        """


        Three ways to get going:
          qwen demo                              watch the agent work here, without any model
          ollama serve                           (or LM Studio, vLLM, llama.cpp): a model on this machine is found by itself
          OPENAI_API_KEY=… OPENAI_BASE_URL=https://… OPENAI_MODEL=… qwen "your prompt"
        """;

    /// <summary>Gives what to tell the person, or <c>null</c> where a model can be used.</summary>
    public static ValueTask<string?> FindProblemAsync(Project project)
    {
        var choice = project.Models.Default;
        return ValueTask.FromResult(choice.IsUsable ? null
            : choice.Problem is ModelProblem.NothingConfigured ? choice.Message + WaysToStart
            : choice.Message ?? "No model is configured.");
    }
}
