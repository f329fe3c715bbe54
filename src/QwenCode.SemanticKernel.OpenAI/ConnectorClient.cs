using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using OpenAI;
using QwenCode.Hosting.Clients;
using QwenCode.Models;

namespace QwenCode.SemanticKernel.OpenAI;

/// <summary>Makes the connector's chat client for an entry.</summary>
internal static class ConnectorClient
{
    private const int DefaultRetries = 3;

    // The library sends no request without some key; the header is taken out again.
    private const string NoKey = "none";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(120);

    public static IChatClient Create(ModelEntry entry)
    {
        ConnectorSettings.Check(entry);
        var key = entry.ApiKey?.Trim();
        var options = new OpenAIClientOptions
        {
            NetworkTimeout = entry.Timeout ?? DefaultTimeout,
            RetryPolicy = new StatusRetryPolicy(entry.MaxRetries ?? DefaultRetries, entry.RetryErrorCodes),
        };
        if (entry.BaseUrl is { } address)
        {
            options.Endpoint = address;
        }

        if (entry.Proxy is { } proxy)
        {
            options.Transport = new HttpClientPipelineTransport(new HttpClient(new SocketsHttpHandler { Proxy = proxy }));
        }

        var body = ConnectorSettings.Body(entry);
        if (body.Count > 0)
        {
            options.AddPolicy(new BodyPolicy(body), PipelinePosition.PerCall);
        }

        options.AddPolicy(new HeaderPolicy(entry, hasKey: !string.IsNullOrEmpty(key)), PipelinePosition.BeforeTransport);
        var client = new OpenAIClient(new ApiKeyCredential(string.IsNullOrEmpty(key) ? NoKey : key), options);

        // The connector registers clients and makes none otherwise.
        using var services = new ServiceCollection().AddOpenAIChatClient(entry.Id, client).BuildServiceProvider();
        return new ForeignClient(services.GetRequiredService<IChatClient>(), entry, RequestSettings.ForSampling(entry));
    }
}
