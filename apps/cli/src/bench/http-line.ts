import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  status: number;
  body: string;
}

/**
 * One kept-alive HTTP/1.1 connection, one request at a time. As bare as it is because it shares the machine with the
 * server it measures: Node's own client would take several times as much of the processor.
 */
export class HttpLine {
  private received: Buffer = Buffer.alloc(0);
  private waiting: { done: (answer: Answer) => void; fail: (error: Error) => void } | undefined;
  private socket: Socket | undefined;
  private readonly url: URL;

  constructor(base: string) {
    this.url = new URL(base);
  }

  async send(method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>, body = ''): Promise<Answer> {
    // The server closes what has been idle for a minute.
    if (!this.socket || this.socket.destroyed) this.socket = await this.connected();
    const lines = Object.entries({ host: this.url.host, ...headers, ...(body && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }) });
    this.socket.write(`${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
    return new Promise((done, fail) => (this.waiting = { done, fail }));
  }

  close(): void {
    this.socket?.destroy();
  }

  private async connected(): Promise<Socket> {
    const socket = connect(Number(this.url.port), this.url.hostname).setNoDelay(true);
    await once(socket, 'connect');
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.waiting?.fail(error));
    socket.on('close', () => this.waiting?.fail(new Error('the server closed the connection')));
    return socket;
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const head = this.received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const top = this.received.toString('latin1', 0, head);
    const length = /^content-length: *(\d+)/im.exec(top)?.[1];
    if (length === undefined) {
      this.waiting?.fail(new Error('the answer has no Content-Length'));
      return;
    }
    const end = head + 4 + Number(length);
    if (this.received.length < end) return;
    const answer = { status: Number(top.slice(9, 12)), body: this.received.toString('utf8', head + 4, end) };
    this.received = Buffer.alloc(0);
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.done(answer);
  }
}
