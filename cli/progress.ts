/** How far a long piece of work is. On a terminal a bar that is drawn over itself; elsewhere a line each ten percent. */
export function createProgress(
  label: string,
  stream: { isTTY?: boolean; write(text: string): unknown },
): (done: number, total: number) => void {
  let shown = -1;
  return (done, total) => {
    const percent = Math.floor((done / total) * 100);
    const step = stream.isTTY ? percent : Math.floor(percent / 10) * 10;
    if (step === shown) return;
    shown = step;
    if (!stream.isTTY) {
      stream.write(`${label}: ${step} %\n`);
      return;
    }
    const filled = Math.floor(percent / 4);
    stream.write(
      `\r${label} [${'#'.repeat(filled)}${'.'.repeat(25 - filled)}] ${percent} %${done >= total ? '\n' : ''}`,
    );
  };
}
