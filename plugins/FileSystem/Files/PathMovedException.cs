namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>A path leads to another place than the one that was judged; nothing was read or written there.</summary>
internal sealed class PathMovedException(string path)
    : IOException($"{path} leads to another place now than when the call was checked: a link or a directory on the way was replaced. "
    + "Nothing was done; look at it and call again if that is what you want.");
