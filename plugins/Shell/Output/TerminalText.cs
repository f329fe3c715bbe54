using System.Buffers;

namespace QwenCode.Plugin.Shell.Output;

/// <summary>
/// Turns what a program writes to a terminal into the text a person would see there: escape sequences go, a carriage return lets
/// the line be written over, so that a progress bar is one line and not a thousand.
/// </summary>
/// <param name="emit">Takes finished text, in order.</param>
internal sealed class TerminalText(TerminalText.TextHandler emit)
{
    // A line longer than this is handed on in parts; it can then be written over only from the start of the last part.
    private const int LongestLine = 16 * 1024;

    private static readonly SearchValues<char> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(static code => (char)code).Where(static c => c != '\t'), '\x7f', '\x9b']);

    private readonly char[] _line = new char[LongestLine];
    private int _length;
    private int _cursor;
    private int _parameter;
    private State _state;

    /// <summary>Takes finished text.</summary>
    public delegate void TextHandler(ReadOnlySpan<char> text);

    private enum State
    {
        Text,
        Escape,
        EscapeArgument,
        Control,
        String,
        StringEscape,
    }

    /// <summary>Gets the line that is being written.</summary>
    public ReadOnlySpan<char> Pending => _line.AsSpan(0, _length);

    /// <summary>Takes text as a program wrote it; a sequence may be split anywhere.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (_state is State.Text && text.IndexOfAny(Special) is var plain and not 0)
            {
                var count = plain < 0 ? text.Length : plain;
                Write(text[..count]);
                text = text[count..];
                continue;
            }

            Step(text[0]);
            text = text[1..];
        }
    }

    /// <summary>Hands on the line that is being written.</summary>
    public void Flush()
    {
        if (_length > 0)
        {
            emit(Pending);
        }

        _length = _cursor = 0;
    }

    private void Step(char c)
    {
        switch (_state)
        {
            case State.Text:
                Obey(c);
                break;
            case State.Escape when c < ' ' && c != '\e':
                _state = State.Text;
                Obey(c);
                break;
            case State.Escape:
                _state = c switch
                {
                    '\e' => State.Escape,
                    '[' => State.Control,
                    ']' or 'P' or 'X' or '^' or '_' => State.String,
                    >= ' ' and <= '/' => State.EscapeArgument,
                    _ => State.Text,
                };
                _parameter = -1;
                break;
            case State.EscapeArgument:
                _state = c is >= ' ' and <= '/' ? State.EscapeArgument : State.Text;
                break;
            case State.Control when c is >= '0' and <= '9':
                _parameter = Math.Min((Math.Max(_parameter, 0) * 10) + (c - '0'), LongestLine);
                break;
            case State.Control when c is >= '@' and <= '~':
                _state = State.Text;
                Move(c);
                break;
            case State.Control when c < ' ':
                // A sequence that was never finished must not swallow the lines after it.
                _state = State.Text;
                Obey(c);
                break;
            case State.Control:
                break;
            case State.String:
                _state = c switch { '\a' => State.Text, '\e' => State.StringEscape, '\n' => State.Text, _ => State.String };
                if (c == '\n')
                {
                    Obey(c);
                }

                break;
            default:
                _state = c == '\\' ? State.Text : State.Escape;
                if (_state is State.Escape)
                {
                    Step(c);
                }

                break;
        }
    }

    private void Obey(char c)
    {
        switch (c)
        {
            case '\n':
                Flush();
                emit("\n");
                break;
            case '\r':
                _cursor = 0;
                break;
            case '\b':
                _cursor = Math.Max(_cursor - 1, 0);
                break;
            case '\e':
                _state = State.Escape;
                break;
            case '\x9b':
                (_state, _parameter) = (State.Control, -1);
                break;
            case '\0':
                // Separators as in `find -print0` carry meaning; a terminal would show nothing.
                Write("\u2400");
                break;
        }
    }

    private void Move(char final)
    {
        switch (final)
        {
            case 'K' when _parameter <= 0:
                _length = Math.Min(_length, _cursor);
                break;
            case 'K' when _parameter == 2:
                _length = 0;
                break;
            case 'G':
                _cursor = Math.Clamp(_parameter - 1, 0, LongestLine - 1);
                break;
            case 'C':
                _cursor = Math.Min(_cursor + Math.Max(_parameter, 1), LongestLine - 1);
                break;
            case 'D':
                _cursor = Math.Max(_cursor - Math.Max(_parameter, 1), 0);
                break;
        }
    }

    private void Write(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (_cursor > _length)
            {
                _line.AsSpan(_length, _cursor - _length).Fill(' ');
            }

            var count = Math.Min(text.Length, LongestLine - _cursor);
            text[..count].CopyTo(_line.AsSpan(_cursor));
            _cursor += count;
            _length = Math.Max(_length, _cursor);
            text = text[count..];
            if (_cursor == LongestLine)
            {
                Flush();
            }
        }
    }
}
