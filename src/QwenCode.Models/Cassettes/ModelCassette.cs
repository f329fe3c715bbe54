namespace QwenCode.Models.Cassettes;

/// <summary>
/// A file of requests to models and their answers, byte by byte: recorded once, replayed without a server. Safe to use from many threads,
/// and by all clients of a process; used for one run.
/// </summary>
/// <remarks>
/// Neither keys nor the paths of this machine get into the file. An answer is found by the first prompt of the conversation and what was
/// said last, else by that prompt and how often the model has answered. Tools really run.
/// </remarks>
public sealed class ModelCassette
{
    private readonly Lock _gate = new();
    private readonly List<string> _notes = [];
    private readonly List<CassetteRequest> _requests = [];
    private CassetteWriter? _writer;
    private CassetteReplay? _replay;

    /// <summary>Names a cassette. The file is opened by <see cref="Open"/>, or else at the first request.</summary>
    /// <param name="mode">What it is used for.</param>
    /// <param name="path">The file.</param>
    public ModelCassette(CassetteMode mode, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (Mode, Path) = (mode, System.IO.Path.GetFullPath(path));
    }

    /// <summary>Gets what the cassette is used for.</summary>
    public CassetteMode Mode { get; }

    /// <summary>Gets the absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>Gets whether answers come from the file.</summary>
    public bool IsReplay => Mode is not CassetteMode.Record;

    /// <summary>Gets or sets what is told of each note at once; it may be called from any thread.</summary>
    /// <value>The default is <c>null</c>, which tells nobody.</value>
    public Action<string>? Report { get; set; }

    /// <summary>Gets what was noted so far: where a request differs from the recorded one, or a line of the file cannot be read.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_gate)
            {
                return [.. _notes];
            }
        }
    }

    /// <summary>Gets the requests that were made so far, in order.</summary>
    public IReadOnlyList<CassetteRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>
    /// Gets why the run is not what was recorded, or was not recorded whole: a request without an answer, a difference in
    /// <see cref="CassetteMode.Strict"/>, a file that could not be written. <c>null</c> if all is well.
    /// </summary>
    public string? Fault { get; private set; }

    /// <summary>Gets the model that the first recorded request was made to; <c>null</c> while recording, and if there is none.</summary>
    /// <exception cref="ModelException">The file cannot be read; <see cref="ModelFault.NotConfigured"/>.</exception>
    public RecordedModel? Model => IsReplay && Replay.Exchanges is [var first, ..]
        ? new RecordedModel(first.Protocol, first.Model, first.BaseUrl)
        : null;

    /// <summary>Gets the writer.</summary>
    internal CassetteWriter Writer
    {
        get
        {
            Open();
            return _writer!;
        }
    }

    /// <summary>Gets what is replayed.</summary>
    internal CassetteReplay Replay
    {
        get
        {
            Open();
            return _replay!;
        }
    }

    /// <summary>Reads what the command line says: <c>record:FILE</c>, <c>replay:FILE</c> or <c>strict:FILE</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns><c>null</c> if it says none of these.</returns>
    public static ModelCassette? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        CassetteMode? mode = colon < 0 || colon + 1 == text.Length ? null : text[..colon] switch
        {
            "record" => CassetteMode.Record,
            "replay" => CassetteMode.Replay,
            "strict" => CassetteMode.Strict,
            _ => null,
        };
        return mode is { } known ? new ModelCassette(known, text[(colon + 1)..]) : null;
    }

    /// <summary>Opens the file: to replay it is read whole, to record it is made or added to.</summary>
    /// <exception cref="ModelException">
    /// It cannot be read or written, or is no cassette; <see cref="ModelFault.NotConfigured"/>.
    /// </exception>
    public void Open()
    {
        lock (_gate)
        {
            if (_writer is not null || _replay is not null)
            {
                return;
            }

            if (IsReplay)
            {
                _replay = new CassetteReplay(this, CassetteReader.Read(Path, Note));
                return;
            }

            try
            {
                if (CassetteReader.CountRuns(Path) is > 0 and var runs)
                {
                    Note($"{Path} holds {(runs == 1 ? "a recorded run" : $"{runs} recorded runs")} already; this one is added, and counts "
                        + "where both have the same step of a conversation. To record from nothing, delete the file.");
                }

                _writer = new CassetteWriter(Path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Fail(
                    $"The cassette {Path} cannot be written: {exception.Message}", "Name another file with --model-cassette.", exception);
            }
        }
    }

    /// <summary>Uses the cassette for clients of one place.</summary>
    /// <param name="place">What of this machine must not get into the file.</param>
    public CassetteUse At(CassettePlace place) => new(this, place);

    /// <inheritdoc/>
    public override string ToString() => $"{Mode}:{Path}";

    /// <summary>Makes the exception for what is wrong with a cassette. It is never tried again.</summary>
    internal static ModelException Fail(string message, string advice, Exception? cause = null) =>
        new(ModelFault.NotConfigured, message, advice: advice, innerException: cause);

    /// <summary>Keeps a note, and reports it.</summary>
    internal void Note(string text)
    {
        lock (_gate)
        {
            _notes.Add(text);
        }

        Report?.Invoke(text);
    }

    /// <summary>Keeps a request.</summary>
    internal void Keep(ReadRequest request)
    {
        lock (_gate)
        {
            _requests.Add(new CassetteRequest(request.Prompt, request.Step, request.Words));
        }
    }

    /// <summary>Keeps the first fault.</summary>
    internal void FailWith(string text)
    {
        lock (_gate)
        {
            Fault ??= text;
        }
    }
}
