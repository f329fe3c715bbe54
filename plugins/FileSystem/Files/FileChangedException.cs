namespace QwenCode.Plugin.FileSystem.Files;

/// <summary>Somebody else changed a file between our look at it and our write; nothing was written.</summary>
internal sealed class FileChangedException(string path)
    : IOException($"{path} was changed by somebody else in the meantime. Nothing was written: read the file again and repeat the change.");
