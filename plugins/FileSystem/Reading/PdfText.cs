using System.Runtime.CompilerServices;
using QwenCode.Plugin.FileSystem.Pdf;

namespace QwenCode.Plugin.FileSystem.Reading;

/// <summary>The text of a PDF document.</summary>
/// <param name="Text">The text: each page ends with a form feed. At most <see cref="MostCharacters"/> of it.</param>
/// <param name="Cut">What part of the document this is, if there is more; <c>null</c> if it is all that was asked for.</param>
/// <param name="Problem">Why there is no text, or <c>null</c>.</param>
internal sealed record PdfText(string Text, string? Cut = null, string? Problem = null)
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int LargestFile = 100 * 1024 * 1024;

    /// <summary>How much text one answer may hold.</summary>
    public const int MostCharacters = 100_000;

    /// <summary>How many pages one answer may hold: a document of pictures has pages without a single character.</summary>
    public const int MostPages = 1_000;

    /// <summary>How many objects a document may have. Those that refer to each other in a chain are followed by recursion.</summary>
    public const int MostObjects = 250_000;

    /// <summary>
    /// The stack of the reading thread: 2 KiB for each object. It is reserved, and costs memory only as far as it is used.
    /// </summary>
    private const int StackSize = MostObjects * 2 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Creates a result without text.</summary>
    /// <param name="problem">Why there is none.</param>
    public static PdfText Failed(string problem) => new(string.Empty, Problem: problem);

    /// <summary>Extracts the text within half a minute.</summary>
    /// <param name="document">The file's content.</param>
    /// <param name="pages">Which pages, or <c>null</c> for all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Abandons the work.</param>
    public static async ValueTask<PdfText> ExtractAsync(
        byte[] document, PageRange? pages, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await Start(document, pages, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Failed($"its text was not extracted within {Patience.TotalSeconds:0} seconds. Ask for some pages only, with 'pages'");
        }
    }

    // A thread of its own: the parser follows references by recursion, and a document made for it would exhaust the stack of
    // any other thread, which ends the process. The parser cannot be interrupted within a page; a caller that gives up leaves
    // the thread behind, which ends before its next page.
    private static Task<PdfText> Start(byte[] document, PageRange? pages, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<PdfText>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(document, pages, done, cancellationToken), StackSize) { IsBackground = true, Name = "PDF" }.Start();
        return done.Task;
    }

    private static void Run(byte[] document, PageRange? pages, TaskCompletionSource<PdfText> done, CancellationToken cancellationToken)
    {
        try
        {
            done.SetResult(Read(document, pages, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            done.SetCanceled(cancellationToken);
        }
        catch (Exception exception)
        {
            // The top of the thread: an exception that passed here would end the process. The caller gets it instead.
            done.SetException(exception);
        }
    }

    // Not inlined: the library is loaded when the method that calls into it is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PdfText Read(byte[] document, PageRange? pages, CancellationToken cancellationToken) =>
        PdfReader.Read(document, pages, cancellationToken);
}
