namespace QwenCode.Platform.Processes.Custody;

/// <summary>What marks one process and all it starts, from before its birth to its end: a variable, and a line in a ledger.</summary>
/// <remarks>
/// The line is written before the process is started: whenever this program is killed, what it has started is known.
/// </remarks>
internal sealed class ProcessMark
{
    /// <summary>The variable that each process of a tree carries, its value being unique.</summary>
    public const string Variable = "QWEN_CODE_PROCESS";

    /// <summary>The variable that says whose process it is: kind, session and task.</summary>
    public const string OwnerVariable = "QWEN_CODE_OWNER";

    private readonly ProcessLedger? _ledger;

    private ProcessMark(ProcessOwner? owner, ProcessLedger? ledger)
    {
        (Value, _ledger) = (Guid.NewGuid().ToString("N"), ledger);

        // A program of ours inside such a process keeps the outer mark, so that the outer process still owns what the inner one starts.
        var outer = Environment.GetEnvironmentVariable(Variable);
        Variables =
        [
            new(Variable, string.IsNullOrEmpty(outer) ? Value : $"{outer}/{Value}"),
            .. owner is null ? (KeyValuePair<string, string>[])[] : [new(OwnerVariable, $"{owner.Kind}/{owner.Session}/{owner.Task}")],
        ];
    }

    /// <summary>Gets the mark.</summary>
    public string Value { get; }

    /// <summary>Gets the variables that the process is started with.</summary>
    public KeyValuePair<string, string>[] Variables { get; }

    /// <summary>Returns whether a text is a mark, and not something that the environment of any process might hold.</summary>
    public static bool IsMark(string text) => Guid.TryParseExact(text, "N", out _);

    /// <summary>Returns whether this program itself runs inside the tree of a mark.</summary>
    public static bool IsInside(string mark) =>
        Environment.GetEnvironmentVariable(Variable)?.Contains(mark, StringComparison.Ordinal) is true;

    /// <summary>Returns whether a variable is one of ours, which nothing else may set.</summary>
    public static bool IsOwn(string name) => name is Variable or OwnerVariable;

    /// <summary>Notes that a process is about to be started.</summary>
    public static ProcessMark Announce(ProcessStart start)
    {
        var owner = start.Owner ?? ProcessOwner.Default;
        var ledger = owner is null ? null : ProcessLedger.Of(owner.ProjectDirectory);
        var mark = new ProcessMark(owner, ledger);
        ledger?.Announce(mark.Value, owner!, start.Program);
        return mark;
    }

    /// <summary>Notes the number of the process.</summary>
    public void Born(int id) => _ledger?.Born(Value, id);

    /// <summary>Notes the task that the process has become.</summary>
    public void Assign(string task) => _ledger?.Assign(Value, task);

    /// <summary>Notes that the process is gone, or that what is left of it is left on purpose.</summary>
    public void End() => _ledger?.End(Value);
}
