/** The middle value. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median, and in brackets the least and the greatest, so that a table shows how much the rounds differ. */
export function spread(values, digits) {
  if (values.some((value) => value === undefined)) return '–';
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
  return `${median(values).toFixed(digits)} (${least}–${most})`;
}

/** Prints a Markdown table, as it stands in RESULTS.md. */
export function printTable(title, columns, rows) {
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => String(row[at]).length)));
  const line = (cells) => `| ${cells.map((cell, at) => String(cell).padEnd(widths[at])).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  process.stdout.write(`\n${title}\n\n${[columns, rule, ...rows].map(line).join('\n')}\n`);
}
