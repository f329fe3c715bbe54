using QwenCode.Configuration.Models;
using QwenCode.Models.Catalogue;
using QwenCode.Protocol.Acp;
using QwenCode.Sessions;

namespace QwenCode.Cli.Acp;

/// <summary>How models are named to a client: <c>MODEL(PROTOCOL)</c>.</summary>
internal static class AcpModels
{
    /// <summary>Returns the choices of a session and what is chosen.</summary>
    public static AcpSessionState State(ModelConfiguration models, SessionInfo info)
    {
        var all = models.Models;
        var current = all.FirstOrDefault(model => model.Id == info.Model);
        return new AcpSessionState(
            info.Mode,
            current is null ? info.Model : Id(current),
            [
                .. all.Select(static model => new AcpModel(
                    Id(model), model.Name, model.Description, ContextLimit(model))),
                .. current is null ? [new AcpModel(info.Model, info.Model, null, null)] : Array.Empty<AcpModel>(),
            ]);
    }

    /// <summary>Returns the selector of the model that a client chose; an id that was not offered is taken as a selector.</summary>
    public static string Selector(ModelConfiguration models, string id) =>
        models.Models.FirstOrDefault(model => Id(model) == id) is { } model ? $"{model.Protocol}:{model.Id}" : id;

    private static int ContextLimit(ResolvedModel model) =>
        model.GenerationConfig.ContextWindowSize ?? ModelCatalogue.Find(model.Id).ContextWindow;

    private static string Id(ResolvedModel model) => $"{model.Key}({model.Protocol})";
}
