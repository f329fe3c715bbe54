using QwenCode.Tools;

namespace QwenCode.SemanticKernel.Tests;

/// <summary>A source with one tool, <c>note</c>, that keeps what it is called with and can be made to fail.</summary>
internal sealed class Notepad : IToolSource
{
    private readonly IReadOnlyList<Tool> _tools;

    public Notepad(ToolTraits traits = ToolTraits.Preapproved, string name = "note", string source = "Notes") => _tools = [new Note(this, traits, name, source)];

    /// <summary>Gets the texts the tool ran with, in order.</summary>
    public List<string> Kept { get; } = [];

    /// <summary>Gets or sets how many runs fail before one succeeds.</summary>
    public int Failures { get; set; }

    /// <summary>Gets or sets what each run waits for.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Gets how often a call was prepared.</summary>
    public int Prepared { get; private set; }

    public IReadOnlyList<Tool> Snapshot() => _tools;

    private sealed class Note(Notepad pad, ToolTraits traits, string name, string source) : Tool(new ToolDeclaration
    {
        Name = name,
        Description = "Keeps a note.",
        Traits = traits,
        Source = source,
        Parameters = ToolDeclaration.Schema("""{"type":"object","properties":{"text":{"type":"string","maxLength":40},"times":{"type":"integer"}},"required":["text"]}"""u8),
    })
    {
        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context)
        {
            pad.Prepared++;
            return new Call(pad, arguments.String("text")!, Declaration.Traits);
        }

        private sealed class Call(Notepad pad, string text, ToolTraits traits) : ToolInvocation
        {
            public override string Description => text;

            public override ToolConsent Consent => traits.HasFlag(ToolTraits.Preapproved) ? ToolConsent.Allow : ToolConsent.Ask;

            public override async ValueTask<ToolResult> ExecuteAsync(CancellationToken cancellationToken)
            {
                await pad.Before(cancellationToken);
                lock (pad.Kept)
                {
                    pad.Kept.Add(text);
                    return pad.Failures-- > 0 ? ToolResult.Failure("note_failed", $"out of paper for {text}") : ToolResult.Success($"kept {text}");
                }
            }
        }
    }
}
