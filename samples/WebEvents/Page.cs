namespace WebEvents;

/// <summary>The page.</summary>
internal static class Page
{
    public const string Html =
        """
        <!doctype html>
        <title>qwen</title>
        <style>
          body { font: 16px system-ui; max-width: 48rem; margin: 2rem auto; }
          #log p { white-space: pre-wrap; } .you { font-weight: bold; } .call, .task, .notice { color: gray; } .error { color: firebrick; }
        </style>
        <div id="log"></div>
        <form><input name="prompt" size="60" autofocus placeholder="A prompt"> <button>Send</button> <button type="button" id="stop">Stop</button></form>
        <script type="module">
          const log = document.getElementById('log');
          const add = (kind, text) => { const p = document.createElement('p'); p.className = kind; p.textContent = text; log.append(p); return p; };
          const id = await (await fetch('/sessions', { method: 'POST' })).text();
          const events = new EventSource(`/sessions/${id}/events`);
          let answer = null;
          events.addEventListener('text', (e) => { (answer ??= add('text', '')).textContent += e.data; });
          for (const kind of ['call', 'task', 'notice', 'error']) events.addEventListener(kind, (e) => { answer = null; add(kind, e.data); });
          events.addEventListener('done', () => { answer = null; add('done', '—'); });
          events.addEventListener('ask', (e) => {
            answer = null;
            const [request, what] = JSON.parse(e.data);
            const p = add('ask', `${what} `);
            for (const allow of [true, false]) {
              const button = document.createElement('button');
              button.textContent = allow ? 'Allow' : 'Refuse';
              button.onclick = () => { p.querySelectorAll('button').forEach((b) => b.remove()); fetch(`/sessions/${id}/decisions/${request}?allow=${allow}`, { method: 'POST' }); };
              p.append(button);
            }
          });
          document.querySelector('form').onsubmit = (e) => {
            e.preventDefault();
            const prompt = e.target.prompt.value;
            e.target.prompt.value = '';
            add('you', prompt);
            fetch(`/sessions/${id}/prompts`, { method: 'POST', body: prompt });
          };
          document.getElementById('stop').onclick = () => fetch(`/sessions/${id}/interrupt`, { method: 'POST' });
        </script>
        """;
}
