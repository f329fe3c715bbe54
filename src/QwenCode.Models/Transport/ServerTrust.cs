using System.Diagnostics.CodeAnalysis;
using System.Net.Security;

namespace QwenCode.Models.Transport;

/// <summary>Which servers are trusted beside those that the system trusts. Clients that differ in it share no connections.</summary>
/// <param name="CertificateFile">Further certificate authorities in PEM form, if there are any.</param>
/// <param name="AcceptsAny">Whether a server's certificate is not checked at all.</param>
internal sealed record ServerTrust(string? CertificateFile, bool AcceptsAny)
{
    /// <summary>Gets what tells the connections of this trust from others; empty for that of the system.</summary>
    public string Key => AcceptsAny ? " *" : CertificateFile is null ? string.Empty : $" {CertificateFile}";

    /// <summary>Reads the trust of a client.</summary>
    /// <param name="options">The client's options.</param>
    /// <returns>The trust; <c>null</c> leaves it to the system.</returns>
    public static ServerTrust? Of(ChatClientOptions options) => options.CertificateFile is null && !options.AcceptsAnyCertificate
        ? null : new ServerTrust(options.CertificateFile, options.AcceptsAnyCertificate);

    /// <summary>Makes the check of a server's certificate.</summary>
    /// <param name="report">Is told if the file cannot be used.</param>
    [SuppressMessage("Security", "CA5359", Justification = "The user asks for it with --insecure, and is warned.")]
    public RemoteCertificateValidationCallback Check(Action<string>? report) =>
        AcceptsAny ? static (_, _, _, _) => true : ExtraCertificates.Check(CertificateFile!, report);
}
