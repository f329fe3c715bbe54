using Microsoft.Extensions.AI;

namespace QwenCode.Models.Requests;

/// <summary>Tells media apart, and says in words what cannot be sent.</summary>
internal static class Media
{
    /// <summary>Gives the kind of a media type; <see cref="ModelModalities.None"/> for one no model takes.</summary>
    /// <param name="mediaType">The media type.</param>
    public static ModelModalities KindOf(string mediaType) => mediaType switch
    {
        _ when mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) => ModelModalities.Image,
        _ when mediaType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) => ModelModalities.Audio,
        _ when mediaType.StartsWith("video/", StringComparison.OrdinalIgnoreCase) => ModelModalities.Video,
        _ when mediaType.Equals("application/pdf", StringComparison.OrdinalIgnoreCase) => ModelModalities.Pdf,
        _ => ModelModalities.None,
    };

    /// <summary>Says that a medium was left out.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="name">Its name, if it has one.</param>
    public static string Note(ModelModalities kind, string mediaType, string? name) => kind switch
    {
        ModelModalities.None => $"[A file of type {mediaType} ({name ?? "unnamed"}) was left out: it cannot be sent to a model.]",
        ModelModalities.Pdf => $"[The PDF '{name ?? "unnamed"}' was left out: this model takes no PDF. Read its text with another tool, "
        + "for example a converter in the shell.]",
        _ => $"[The {Word(kind)} '{name ?? "unnamed"}' was left out: this model takes no {Word(kind)}. Work from a description, or ask "
        + "for a model that does.]",
    };

    /// <summary>Gives the name of a medium, if it has one.</summary>
    /// <param name="content">The medium.</param>
    public static string? NameOf(AIContent content) =>
        (content as DataContent)?.Name
        ?? (content.AdditionalProperties?.TryGetValue("name", out var name) == true ? name as string : null)
        ?? (content as UriContent)?.Uri.Segments.LastOrDefault();

    private static string Word(ModelModalities kind) => kind switch
    {
        ModelModalities.Image => "image",
        ModelModalities.Audio => "audio",
        _ => "video",
    };
}
