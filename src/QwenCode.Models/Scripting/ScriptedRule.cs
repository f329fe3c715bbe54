namespace QwenCode.Models.Scripting;

/// <summary>
/// Answers requests that look a certain way. With one reply it gives that one each time; with several, the one that fits how often
/// the model has spoken since the user last did, so that any number of agents can play the same rule at once.
/// </summary>
public sealed class ScriptedRule
{
    private readonly ScriptedModel _model;
    private readonly ScriptMatcher _matcher;
    private readonly int? _times;
    private readonly List<ScriptedReply> _replies = [];
    private int _used;
    private bool _isOpen = true;

    internal ScriptedRule(ScriptedModel model, ScriptMatcher matcher, int? times) => (_model, _matcher, _times) = (model, matcher, times);

    /// <summary>Gets the rule itself: the next reply is the answer to what follows the one before.</summary>
    public ScriptedRule Then
    {
        get
        {
            _isOpen = true;
            return this;
        }
    }

    /// <summary>Answers with text.</summary>
    /// <param name="text">The text.</param>
    public ScriptedRule Says(string text) => Change(reply => reply with { Text = reply.Text + text });

    /// <summary>Thinks before it answers.</summary>
    /// <param name="thoughts">The thoughts.</param>
    public ScriptedRule Thinks(string thoughts) => Change(reply => reply with { Thinking = reply.Thinking + thoughts });

    /// <summary>Calls a tool; several calls of one reply are made together.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="argumentsJson">The arguments, just as the model writes them.</param>
    /// <param name="id">The call's id; <c>null</c> makes one.</param>
    public ScriptedRule Calls(string tool, string argumentsJson = "{}", string? id = null) =>
        Change(reply => reply with { Calls = [.. reply.Calls, new ScriptedCall(tool, argumentsJson, id)] });

    /// <summary>Fails, after what there is of an answer.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="message">What the provider says.</param>
    public ScriptedRule Fails(int status, string message) => Change(reply => reply with { Error = ScriptedModel.Error(status, message) });

    /// <summary>Waits for a task before the first word.</summary>
    /// <param name="gate">The task.</param>
    public ScriptedRule After(Task gate) => Change(reply => reply with { Gate = gate });

    /// <summary>Never answers; the request ends when it is cancelled.</summary>
    public ScriptedRule Blocks() => After(Task.Delay(Timeout.InfiniteTimeSpan));

    /// <summary>Answers with a reply that says all itself.</summary>
    /// <param name="reply">The reply.</param>
    public ScriptedRule Replies(ScriptedReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        return Change(_ => reply);
    }

    /// <summary>Begins another rule of the same model.</summary>
    /// <inheritdoc cref="ScriptedModel.When"/>
    public ScriptedRule When(
        string? lastUser = null, string? last = null, string? lastRole = null, string? system = null, string? tools = null,
        string? model = null, string? any = null, int? times = null) =>
        _model.When(lastUser, last, lastRole, system, tools, model, any, times);

    /// <summary>Gives the model, so that a rule can stand where a model is wanted.</summary>
    /// <param name="rule">The rule.</param>
    public static implicit operator ScriptedModel(ScriptedRule rule) =>
        (rule ?? throw new ArgumentNullException(nameof(rule))).ToScriptedModel();

    /// <summary>Gives the model the rule belongs to.</summary>
    public ScriptedModel ToScriptedModel() => _model;

    /// <summary>Adds a reply of its own.</summary>
    internal void Add(ScriptedReply reply) => _replies.Add(reply);

    /// <summary>Gives the reply to a request, or <c>null</c> if the rule does not answer it.</summary>
    internal ScriptedReply? Answer(ScriptedRequest request)
    {
        var step = _replies.Count > 1 ? request.Step : 0;
        if (step >= _replies.Count || Volatile.Read(ref _used) >= (_times ?? int.MaxValue) || !_matcher.Matches(request))
        {
            return null;
        }

        // Of several agents that come at once only as many get the reply as it may be given.
        return _times is { } times && Interlocked.Increment(ref _used) > times ? null : _replies[step];
    }

    private ScriptedRule Change(Func<ScriptedReply, ScriptedReply> change)
    {
        if (_isOpen)
        {
            _replies.Add(new ScriptedReply());
            _isOpen = false;
        }

        _replies[^1] = change(_replies[^1]);
        return this;
    }
}
