namespace QwenCode.Plugin.Web.Fetching;

/// <summary>What came of a fetch.</summary>
internal abstract record Page
{
    /// <summary>A page as text.</summary>
    /// <param name="Content">The text.</param>
    /// <param name="IsCut">Whether there was more.</param>
    internal sealed record Text(string Content, bool IsCut) : Page;

    /// <summary>The page is at another host.</summary>
    /// <param name="Target">Where.</param>
    internal sealed record Moved(Uri Target) : Page;

    /// <summary>There is no page to be had.</summary>
    /// <param name="Type">The error type.</param>
    /// <param name="Reason">Why.</param>
    internal sealed record Failed(string Type, string Reason) : Page;
}
