namespace QwenCode.Plugin.Web.Searching;

/// <summary>What a provider found.</summary>
/// <param name="Answer">Its own answer, if it gives one.</param>
/// <param name="Results">The pages, best first.</param>
internal sealed record SearchAnswer(string? Answer, IReadOnlyList<SearchResult> Results);

/// <summary>One page that was found.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Url">Its address.</param>
/// <param name="Snippet">A piece of it.</param>
/// <param name="Score">How well it fits, from 0 to 1, if the provider says.</param>
/// <param name="Published">When it was published, if the provider says.</param>
internal sealed record SearchResult(string Title, string Url, string? Snippet, double? Score, string? Published);

/// <summary>A search failed.</summary>
internal sealed class SearchException(string message) : Exception(message);
