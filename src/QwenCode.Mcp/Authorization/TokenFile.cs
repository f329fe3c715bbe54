using System.Text.Json;
using QwenCode.Platform.Files;
using QwenCode.Platform.Json;

namespace QwenCode.Mcp.Authorization;

/// <summary>
/// The tokens of all servers, in a file that only its owner can read. Several programs use it at once: whoever changes it holds the lock
/// beside it, and readers see the old content or the new.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenFile(string path, TimeProvider time)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(1);

    /// <summary>Finds what was issued for a server at an address.</summary>
    /// <exception cref="LoginFailedException">The file cannot be read.</exception>
    public StoredToken? Find(string server, Uri address)
    {
        var key = Key(address);
        foreach (var entry in Read())
        {
            if (entry.Text("serverName") == server && entry.Text("mcpServerUrl") == key)
            {
                return Parse(entry, server, key);
            }
        }

        return null;
    }

    /// <summary>Returns whether anything is kept for a server of that name.</summary>
    /// <exception cref="LoginFailedException">The file cannot be read.</exception>
    public bool Has(string server) => Read().Exists(entry => entry.Text("serverName") == server);

    /// <summary>Keeps a token; what was kept for a server of its name goes.</summary>
    /// <exception cref="LoginFailedException">The file cannot be read or written.</exception>
    public async Task WriteAsync(StoredToken token, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
        Write(token);
    }

    /// <summary>Keeps a token, by one who holds the lock.</summary>
    public void Write(StoredToken token) => Replace(token.Server, token);

    /// <summary>Takes out what is kept for a server, by one who holds the lock.</summary>
    public void Remove(string server) => Replace(server, null);

    /// <summary>Takes out what is kept for a server.</summary>
    /// <returns>Whether there was something.</returns>
    /// <exception cref="LoginFailedException">The file cannot be read or written.</exception>
    public async Task<bool> RemoveAsync(string server, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
        var isKnown = Has(server);
        if (isKnown)
        {
            Replace(server, null);
        }

        return isKnown;
    }

    /// <summary>Waits until no other program changes the file, and keeps it so until the lock is disposed.</summary>
    /// <exception cref="LoginFailedException">The lock cannot be made.</exception>
    public async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        Guarded(() => Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!));
        for (var began = time.GetTimestamp(); ; )
        {
            try
            {
                return new FileStream($"{path}.lock", options);
            }
            catch (IOException) when (time.GetElapsedTime(began) < LockPatience)
            {
                // Another program holds it, for as long as an authorization server takes to answer.
                await Task.Delay(LockPoll, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new LoginFailedException($"{path}.lock cannot be written: {exception.Message}", exception);
            }
        }
    }

    /// <summary>Gives the address that a token is kept for: without the query, which may hold secrets of its own.</summary>
    public static string Key(Uri address) => address.GetLeftPart(UriPartial.Path);

    private static StoredToken? Parse(JsonElement entry, string server, string address)
    {
        var token = entry.Member("token");
        return token.Text("accessToken") is not { Length: > 0 } access ? null : new StoredToken
        {
            Server = server,
            Address = address,
            AccessToken = access,
            RefreshToken = token.Text("refreshToken"),
            Scope = token.Text("scope"),
            Expires = Moment(token.Whole("expiresAt")),
            Updated = Moment(entry.Whole("updatedAt")) ?? DateTimeOffset.UnixEpoch,
            ClientId = entry.Text("clientId"),
            ClientSecret = entry.Text("clientSecret"),
            ClientAuthentication = entry.Text("tokenEndpointAuthMethod"),
            TokenAddress = entry.Text("tokenUrl"),
            Issuer = entry.Text("authorizationServer"),
            Demanded = entry.Text("demandedScope"),
        };
    }

    private static DateTimeOffset? Moment(long? milliseconds) => milliseconds is > 0 and < 253_402_300_799_000 and var some
        ? DateTimeOffset.FromUnixTimeMilliseconds(some) : null;

    private List<JsonElement> Read()
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LoginFailedException($"{path} cannot be read: {exception.Message}", exception);
        }

        try
        {
            var reader = new Utf8JsonReader(content);
            var json = JsonElement.ParseValue(ref reader);
            return json.ValueKind is JsonValueKind.Array ? [.. json.EnumerateArray()] : throw new JsonException();
        }
        catch (JsonException)
        {
            // Not the reader's own words, which may quote what stands there.
            throw new LoginFailedException($"{path} is damaged; remove it and log in again.");
        }
    }

    private void Replace(string server, StoredToken? token)
    {
        List<JsonElement> others = [.. Read().Where(entry => entry.Text("serverName") != server)];
        Guarded(() =>
        {
            if (others.Count == 0 && token is null)
            {
                File.Delete(path);
                return;
            }

            // A file that others made readable is made narrow again before anything is written.
            if (!OperatingSystem.IsWindows() && File.Exists(path))
            {
                File.SetUnixFileMode(path, OwnerOnly);
            }

            AtomicFile.Write(path, Render(others, token), OwnerOnly);
        });
    }

    private static ReadOnlySpan<byte> Render(List<JsonElement> others, StoredToken? token)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            others.ForEach(entry => entry.WriteTo(json));
            if (token is not null)
            {
                Write(json, token);
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter json, StoredToken token)
    {
        json.WriteStartObject();
        json.WriteString("serverName"u8, token.Server);
        json.WriteStartObject("token"u8);
        json.WriteString("accessToken"u8, token.AccessToken);
        json.WriteString("tokenType"u8, "Bearer"u8);
        WriteText(json, "refreshToken", token.RefreshToken);
        WriteText(json, "scope", token.Scope);
        if (token.Expires is { } expires)
        {
            json.WriteNumber("expiresAt"u8, expires.ToUnixTimeMilliseconds());
        }

        json.WriteEndObject();
        WriteText(json, "clientId", token.ClientId);
        WriteText(json, "clientSecret", token.ClientSecret);
        WriteText(json, "tokenEndpointAuthMethod", token.ClientAuthentication);
        WriteText(json, "authorizationServer", token.Issuer);
        WriteText(json, "tokenUrl", token.TokenAddress);
        WriteText(json, "demandedScope", token.Demanded);
        json.WriteString("mcpServerUrl"u8, token.Address);
        json.WriteNumber("updatedAt"u8, token.Updated.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LoginFailedException($"{path} cannot be written: {exception.Message}", exception);
        }
    }
}
