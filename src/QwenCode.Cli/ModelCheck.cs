using System.Globalization;
using QwenCode.Cli.IO;
using QwenCode.Configuration.Models;
using QwenCode.Hosting;
using QwenCode.Models;

namespace QwenCode.Cli;

/// <summary>Checks whether there is a model to talk to, and says what to do if there is none.</summary>
internal static class ModelCheck
{
    /// <summary>The ports to look on instead of the usual ones, so that tests meet their own servers only.</summary>
    public const string PortsVariable = "QWEN_LOCAL_MODEL_PORTS";

    private const string WaysToStart =
        """


        Three ways to get going:
          qwen demo                              watch the agent work here, without any model
          ollama serve                           (or LM Studio, vLLM, llama.cpp): a model on this machine is detected automatically
          OPENAI_API_KEY=… OPENAI_BASE_URL=https://… OPENAI_MODEL=… qwen "your prompt"
        """;

    /// <summary>Returns why no model can be used; <c>null</c> if one can.</summary>
    public static string? FindProblem(WorkspaceServices project)
    {
        var choice = project.Models.Default;
        return choice.IsUsable ? null
            : choice.Problem is ModelProblem.NothingConfigured ? choice.Message + WaysToStart
            : choice.Message ?? "No model is configured.";
    }

    /// <summary>Looks for a model server on this machine, and prints which model is used.</summary>
    public static async Task<LocalModel?> FindLocalAsync(WorkspaceServices project, CancellationToken cancellationToken)
    {
        var probe = new LocalModelProbe(Places(project.Settings.Variable(PortsVariable)));
        var found = await probe.FindAsync(cancellationToken).ConfigureAwait(false);
        if (found is not null)
        {
            StandardStreams.ErrorLine(
                $"No model is configured; using '{found.Model}' of {found.Server} at {found.BaseUrl}. To choose another, set "
                    + "OPENAI_BASE_URL, OPENAI_MODEL and OPENAI_API_KEY (any key will do for a local server).");
        }

        return found;
    }

    private static (string Server, int Port)[]? Places(string? ports) => string.IsNullOrEmpty(ports)
        ? null
        : [.. ports.Split(',').Where(static port => int.TryParse(port, CultureInfo.InvariantCulture, out _))
            .Select(static port => ("a server", int.Parse(port, CultureInfo.InvariantCulture)))];
}
