namespace QwenCode.Plugin.FileSystem.Text;

/// <summary>A file's bytes are no text in the encoding it claims, so that writing it back would damage it.</summary>
internal sealed class UndecodableTextException(string path)
    : IOException($"{path} holds bytes that are no valid text in the encoding its byte order mark names. Editing it would damage it, so "
    + "it was left alone.");
