using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace QwenCode.Models.Transport;

/// <summary>Certificate authorities that are trusted beside those of the system, as <c>NODE_EXTRA_CA_CERTS</c> names them.</summary>
internal static class ExtraCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Makes the check of a server's certificate. The file is only read if the system does not trust a server.</summary>
    /// <param name="file">A file of certificates in PEM form.</param>
    /// <param name="report">Is told if the file cannot be used; then only the system's authorities count.</param>
    public static RemoteCertificateValidationCallback Check(string file, Action<string>? report) =>
        (_, certificate, chain, errors) => errors is SslPolicyErrors.None
            || (errors is SslPolicyErrors.RemoteCertificateChainErrors && certificate is X509Certificate2 own
                && Load(file, report) is { } extra && IsTrusted(own, chain, extra));

    private static X509Certificate2Collection? Load(string file, Action<string>? report)
    {
        var extra = new X509Certificate2Collection();
        try
        {
            extra.ImportFromPemFile(file);
            return extra;
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            report?.Invoke($"The certificates in {file} (NODE_EXTRA_CA_CERTS) cannot be used: {exception.Message}");
            return null;
        }
    }

    private static bool IsTrusted(X509Certificate2 certificate, X509Chain? presented, X509Certificate2Collection extra)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(extra);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        for (var i = 0; i < (presented?.ChainElements.Count ?? 0); i++)
        {
            chain.ChainPolicy.ExtraStore.Add(presented!.ChainElements[i].Certificate);
        }

        return chain.Build(certificate);
    }
}
