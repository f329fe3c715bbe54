using System.Globalization;
using QwenCode.Platform.Text;
using QwenCode.Plugin.Lsp.Operations;
using QwenCode.Plugin.Lsp.Servers;
using QwenCode.Tools;

namespace QwenCode.Plugin.Lsp;

/// <summary>One question to the language servers.</summary>
internal sealed class LspInvocation(
    LspRequest request, Func<(ServerPool? Pool, IReadOnlyList<string> Problems)> findPool, ToolContext context) : ToolInvocation
{
    public override string Description
    {
        get
        {
            var label = request.Operation.Label;
            return request switch
            {
                { Path: { } path } when request.Operation.IsAboutPlace =>
                    $"LSP {label} at {ResultText.Place(context.Workspace, path, request.Line, request.Character)}",
                { Path: { } path } => $"LSP {label} for {ResultText.File(context.Workspace, path)}",
                { Item: { } item } => $"LSP {label} for {item.Name}",
                { Operation.Needs: ["query"] } => $"LSP {label} for \"{request.Query}\"",
                _ => $"LSP {label} for the workspace",
            };
        }
    }

    public override IReadOnlyList<ToolLocation> Locations =>
        request.Target is { } path ? [new ToolLocation(path, request.Operation.IsAboutPlace ? request.Line : null)] : [];

    // Other users' files are looked at only with leave, as when they are read.
    public override ToolConsent Consent =>
        request.Target is { } path && !context.Workspace.Contains(path) ? ToolConsent.Ask : ToolConsent.Allow;

    public override ValueTask<ToolConfirmation> ConfirmAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<ToolConfirmation>(
            new InfoConfirmation("Confirm Language Server Request", $"{Description} (outside the workspace)", [], ["Lsp"]));

    public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (pool, problems) = findPool();
            if (pool is null)
            {
                throw new LspException(problems is [var problem, ..] ? problem : "the language servers were ended with the session.");
            }

            var text = await new LspQuery(request, pool, context).AnswerAsync(cancellationToken).ConfigureAwait(false);
            return ToolResult.Success(Cut(text, context.Limits));
        }
        catch (LspException exception)
        {
            // By the reference an answer like any other: the model reads what went wrong and goes on.
            return ToolResult.Success($"LSP {request.Operation.Label} failed: {exception.Message}");
        }
    }

    private static string Cut(string text, ToolLimits limits)
    {
        var end = text.Length;
        if (limits.MaxLines > 0)
        {
            var at = -1;
            for (var lines = 0; lines < limits.MaxLines; lines++)
            {
                if ((at = text.IndexOf('\n', at + 1)) < 0)
                {
                    break;
                }
            }

            end = at < 0 ? end : at;
        }

        end = limits.MaxCharacters > 0 ? Math.Min(end, limits.MaxCharacters) : end;
        if (end == text.Length)
        {
            return text;
        }

        end = TextCut.Before(text, end);
        return string.Create(CultureInfo.InvariantCulture,
            $"{text.AsSpan(0, end)}\n[{text.Length - end} more characters were left out. Ask for less with 'limit', or about one place.]");
    }
}
