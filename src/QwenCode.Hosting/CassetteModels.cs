using QwenCode.Configuration.Models;
using QwenCode.Models;
using QwenCode.Models.Cassettes;

namespace QwenCode.Hosting;

/// <summary>What a cassette means for the models of a project.</summary>
internal static class CassetteModels
{
    // Nothing is sent in a replay, so that any key will do.
    private const string NoKey = "replayed";

    /// <summary>Opens the cassette, and finds a model for a replay where none can be used: the recorded one.</summary>
    /// <param name="options">The options, which name a cassette.</param>
    /// <param name="models">The models as they are configured.</param>
    /// <param name="resolve">Resolves them with other flags.</param>
    /// <exception cref="ModelException">The cassette cannot be opened.</exception>
    public static ModelConfiguration Resolve(
        QwenCodeOptions options, ModelConfiguration models, Func<ModelFlags, ModelConfiguration> resolve)
    {
        // Before the model sees what the directory holds: a recording and its replay both find the file there.
        options.ModelCassette!.Open();
        if (models.Default.IsUsable || options.ModelCassette.Model is not { } recorded)
        {
            return models;
        }

        var withKey = resolve(new ModelFlags(options.Model, options.AuthType, options.ApiKey ?? NoKey, options.BaseUrl));
        return withKey.Default.IsUsable ? withKey
            : resolve(new ModelFlags(
                options.Model ?? recorded.Id, options.AuthType ?? recorded.Protocol, options.ApiKey ?? NoKey,
                options.BaseUrl ?? recorded.BaseUrl));
    }

    /// <summary>Returns the cassette for the models of a project.</summary>
    /// <param name="project">The project, whose options name a cassette.</param>
    /// <param name="protocol">The protocol of the model.</param>
    /// <param name="isOwn">Whether the host brings the client of that protocol.</param>
    /// <exception cref="ModelException">The model is asked by a client that a cassette knows nothing of.</exception>
    public static CassetteUse Use(WorkspaceServices project, string protocol, bool isOwn)
    {
        if (isOwn)
        {
            throw new ModelException(ModelFault.NotConfigured,
                $"Models of the protocol '{protocol}' are asked by a client of their own, which --model-cassette does not see.",
                advice: $"Select a model of one of: {string.Join(", ", ModelProtocols.Spoken)}.");
        }

        return project.Options.ModelCassette!.At(new CassettePlace(
            project.Settings.Locations.HomeDirectory, project.Workspace.Root, project.Settings.Environment));
    }
}
