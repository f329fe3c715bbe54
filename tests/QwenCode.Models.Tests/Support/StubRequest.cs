using System.Text;
using System.Text.Json;

namespace QwenCode.Models.Tests.Support;

/// <summary>A request as it came over the wire.</summary>
internal sealed record StubRequest(string Line, Dictionary<string, string> Headers, byte[] Body, int Connection)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonElement.Parse(Body);

    public string Path => Line.Split(' ')[1];
}
