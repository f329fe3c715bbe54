namespace QwenCode.Plugin.Lsp.Configuration;

/// <summary>How a server is spoken to.</summary>
internal enum ServerTransport
{
    /// <summary>Over its standard input and output.</summary>
    Stdio,

    /// <summary>Over TCP.</summary>
    Tcp,

    /// <summary>Over a socket of the file system.</summary>
    Socket,
}
