import { refuseDeepNesting } from '../../../gateway/demand/text.js';

const passes = (text: string) =>
  expect(() => refuseDeepNesting(text, { depthMax: 3, tokensMax: 2_000_000 })).not.toThrow();
const isRefused = (text: string) =>
  expect(() => refuseDeepNesting(text, { depthMax: 3, tokensMax: 2_000_000 })).toThrow('deeper than 3');

test('brackets of all kinds count together', () => {
  passes('{ a(b: [1]) }');
  isRefused('{ a(b: [[1]]) }');
  isRefused('{{{{');
  isRefused('[({[');
});

test('what is closed no longer counts', () => {
  passes('{ a { b } c { d } e { f } g { h } }');
  passes('{{{}}} {{{}}}');
});

test('brackets in a string do not count', () => {
  passes('{ a(b: "{{{{") }');
  passes('{ a(b: "\\"{{{{") }');
  passes('{ a(b: "\\\\") }');
  isRefused('{ a(b: "\\\\") {{{{');
});

test('brackets in a block string do not count, behind it they do', () => {
  passes('{ a(b: """{{{{ " {{{{ "" {{{""") }');
  passes('{ a(b: """ \\""" {{{{ """) }');
  isRefused('{ a(b: """ x """) {{{{');
  isRefused('{ a(b: "") {{{{');
});

test('brackets in a comment do not count, behind it they do', () => {
  passes('# {{{{\n{ a }');
  passes('{ a } # {{{{');
  isRefused('# x\n{{{{');
  isRefused('# x\r{{{{');
});

test('a quote in a comment opens no string, a number sign in a string no comment', () => {
  isRefused('# "\n{{{{ "');
  isRefused('{ a(b: "#") {{{{ }');
});

test('a string that is not closed ends with its line', () => {
  isRefused('" \n {{{{');
  isRefused('" \r {{{{');
  passes('""" \n {{{{');
});

test('closing brackets that nobody opened are left to the parser', () => {
  passes('}}}');
});

test('a text of ten megabytes is read in a moment', () => {
  const begun = performance.now();
  passes('{}"{"#\n'.repeat(1_500_000));
  passes('"""'.repeat(3_000_000));
  expect(performance.now() - begun).toBeLessThan(5_000);
});
