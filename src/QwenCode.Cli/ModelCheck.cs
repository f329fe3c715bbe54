using System.Globalization;
using QwenCode.Cli.IO;
using QwenCode.Configuration.Models;
using QwenCode.Hosting;
using QwenCode.Models;

namespace QwenCode.Cli;

/// <summary>Whether there is a model to talk to, and what to say where there is none.</summary>
internal static class ModelCheck
{
    /// <summary>The ports to look on instead of the usual ones, so that tests meet their own servers only.</summary>
    public const string PortsVariable = "QWEN_LOCAL_MODEL_PORTS";

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

    /// <summary>Looks for a model server on this machine, and says which model it takes.</summary>
    public static async Task<LocalModel?> FindLocalAsync(Project project)
    {
        var found = await new LocalModelProbe(Places(project.Settings.Variable(PortsVariable))).FindAsync().ConfigureAwait(false);
        if (found is not null)
        {
            StandardStreams.ErrorLine(
                $"No model is configured; using '{found.Model}' of {found.Server} at {found.BaseUrl}. To choose another, set OPENAI_BASE_URL, OPENAI_MODEL and OPENAI_API_KEY (any key will do for a local server).");
        }

        return found;
    }

    private static (string Server, int Port)[]? Places(string? ports) => string.IsNullOrEmpty(ports)
        ? null
        : [.. ports.Split(',').Where(static port => int.TryParse(port, CultureInfo.InvariantCulture, out _)).Select(static port => ("a server", int.Parse(port, CultureInfo.InvariantCulture)))];
}
