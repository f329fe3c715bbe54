namespace QwenCode.Plugin.Web;

/// <summary>The error types of this plugin.</summary>
internal static class WebErrors
{
    /// <summary>The page could not be fetched.</summary>
    public const string FetchFailed = "web_fetch_fallback_failed";

    /// <summary>The page was fetched and could not be used.</summary>
    public const string ProcessingFailed = "web_fetch_processing_error";
}
