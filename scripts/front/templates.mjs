// node templates.mjs [--write] FILE…: lays out the htm templates of JavaScript files, which the formatter leaves alone.
//
// One element a line, indented by two; an element without elements in it stays on one line where that has no more than
// WIDTH characters. Spaces that htm would keep are written as ${" "}, because htm drops those beside a line's end.

import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "acorn";
import { simple } from "acorn-walk";

const WIDTH = 110;
const STEP = "  ";

/** The file's text with its templates laid out. */
export function laidOut(source) {
  let text = source;
  for (let turn = 0; turn < 6; turn++) {
    const next = once(text);
    if (next === text) return text;
    text = next;
  }
  return text;
}

function once(source) {
  const program = parse(source, { ecmaVersion: "latest", sourceType: "module" });
  const outer = outermost(program);
  let text = source;
  for (const node of outer.reverse()) {
    text = text.slice(0, node.start) + template(source, node, lineIndent(source, node.start), column(source, node.start)) + text.slice(node.end);
  }
  return text;
}

const isHtml = (node) => node.type === "TaggedTemplateExpression" && node.tag.name === "html";

function outermost(root) {
  const found = [];
  simple(root, { TaggedTemplateExpression: (node) => isHtml(node) && found.push(node) });
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  return found.filter((node) => !found.some((other) => other !== node && other.start <= node.start && node.end <= other.end));
}

const lineStart = (source, at) => source.lastIndexOf("\n", at - 1) + 1;
const lineIndent = (source, at) => /^ */.exec(source.slice(lineStart(source, at)))[0];
const column = (source, at) => at - lineStart(source, at);

/** A template from its tag to its last backtick. `indent` is that of the line it begins on. */
function template(source, node, indent, at) {
  const nodes = trimmed(tree(source, node));
  const flat = nodes.map((one) => inline(one)).join("");
  const simpleEnough = nodes.length <= 1 || nodes.every((one) => one.kind !== "element");
  if (!nodes.some(hasElements) && simpleEnough && fits(flat, at + 6)) return `html\`${flat}\``;
  if (nodes.length === 1) return `html\`${block(nodes[0], indent, at + 7)}\``;
  const lines = children(nodes, indent + STEP);
  return `html\`\n${lines.join("\n")}\n${indent}\``;
}

/** Without the line ends at both sides. */
function trimmed(nodes) {
  const from = nodes.findIndex((node) => node.kind !== "break");
  const to = nodes.findLastIndex((node) => node.kind !== "break");
  return from < 0 ? [] : nodes.slice(from, to + 1);
}

const fits = (text, at) => !text.includes("\n") && at + text.length + 2 <= WIDTH;

// What a template is made of: elements, text, and holes with an expression in them.

function tree(source, node) {
  const { quasis, expressions } = node.quasi;
  const tokens = [];
  quasis.forEach((quasi, i) => {
    tokens.push({ text: source.slice(quasi.start, quasi.end) });
    if (expressions[i]) tokens.push({ hole: holeOf(source, expressions[i], quasi, quasis[i + 1]) });
  });
  return new Reader(tokens).nodes();
}

/** The source between `${` and `}`, with where its own templates are. */
function holeOf(source, expression, before, after) {
  const start = before.end + 2;
  const end = after.start - 1;
  return { start, end, source, templates: outermost(expression) };
}

class Reader {
  #tokens;
  #at = 0;
  #inside = 0;

  constructor(tokens) {
    this.#tokens = tokens;
  }

  /** The nodes up to the closing tag of the element they are in. */
  nodes() {
    const found = [];
    let text = "";
    const flush = () => {
      const kept = text.replace(/^\s*\n\s*|\s*\n\s*$/g, "");
      if (/^\s*\n/.test(text)) found.push({ kind: "break" });
      if (kept) found.push({ kind: "text", text: kept.replace(/\s*\n\s*/g, " ") });
      if (kept && /\n\s*$/.test(text)) found.push({ kind: "break" });
      text = "";
    };
    for (;;) {
      const token = this.#tokens[this.#at];
      if (!token) break;
      if (token.hole) {
        flush();
        found.push({ kind: "hole", hole: token.hole });
        this.#next();
        continue;
      }
      const rest = token.text.slice(this.#inside);
      const open = rest.indexOf("<");
      if (open < 0) {
        text += rest;
        this.#next();
        continue;
      }
      text += rest.slice(0, open);
      flush();
      this.#inside += open;
      if (token.text.startsWith("</", this.#inside)) {
        this.#tagEnd();
        return found;
      }
      found.push(this.#element());
    }
    flush();
    return found;
  }

  #next() {
    this.#at += 1;
    this.#inside = 0;
  }

  /** Reads to the `>` that ends a tag; answers its pieces: texts and holes. */
  #tagEnd() {
    const pieces = [];
    let quote = "";
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token.hole) {
        pieces.push(token.hole);
        this.#next();
        continue;
      }
      const from = this.#inside;
      for (let i = from; i < token.text.length; i++) {
        const c = token.text[i];
        if (quote) quote = c === quote ? "" : quote;
        else if (c === '"' || c === "'") quote = c;
        else if (c === ">") {
          pieces.push(token.text.slice(from, i));
          this.#inside = i + 1;
          return pieces;
        }
      }
      pieces.push(token.text.slice(from));
      this.#next();
    }
  }

  #element() {
    this.#inside += 1; // past the <
    const pieces = this.#tagEnd();
    const last = pieces.at(-1);
    const empty = typeof last === "string" && last.trimEnd().endsWith("/");
    if (empty) pieces[pieces.length - 1] = last.trimEnd().slice(0, -1);
    const [name, ...attributes] = words(pieces);
    const children = empty ? [] : this.nodes();
    return { kind: "element", name, attributes, empty, children: trimmed(children) };
  }
}

/** The parts of a tag between spaces, each a list of texts and holes. */
function words(pieces) {
  const found = [[]];
  let quote = "";
  for (const piece of pieces) {
    if (typeof piece !== "string") {
      found.at(-1).push(piece);
      continue;
    }
    let word = "";
    const flush = () => {
      if (word) found.at(-1).push(word);
      word = "";
    };
    for (const c of piece) {
      if (quote) quote = c === quote ? "" : quote;
      else if (c === '"' || c === "'") quote = c;
      else if (/\s/.test(c)) {
        flush();
        if (found.at(-1).length) found.push([]);
        continue;
      }
      word += c;
    }
    flush();
  }
  return found.filter((word) => word.length);
}

// Printing

const hasElements = (node) =>
  node.kind === "element" ? node.children.some((c) => c.kind === "element" || hasElements(c)) : isBlockHole(node);

const isBlockHole = (node) => node.kind === "hole" && node.hole.templates.length > 0;

/** A hole's expression with its templates laid out for a line that begins with `indent`. */
function hole({ start, end, source, templates }, indent, at = 0) {
  let text = source.slice(start, end);
  const own = lineIndent(source, start);
  for (const node of [...templates].reverse()) {
    const sameLine = !source.slice(start, node.start).includes("\n");
    const base = sameLine ? indent : shifted(lineIndent(source, node.start), own, indent);
    const where = sameLine ? at + 2 + node.start - start : base.length + column(source, node.start) - lineIndent(source, node.start).length;
    text = text.slice(0, node.start - start) + MARK(templates.indexOf(node)) + text.slice(node.end - start);
    node.laid = template(source, node, base, where);
  }
  text = text.split("\n").map((line, i) => (i === 0 || !line.trim() ? line : shifted(/^ */.exec(line)[0], own, indent) + line.trimStart())).join("\n");
  templates.forEach((node, i) => (text = text.replace(MARK(i), () => node.laid)));
  return /^ *\n/.test(text) ? `\${${text.trimEnd()}\n${indent}}` : `\${${text.trim()}}`;
}

const MARK = (i) => `\u0001${i}\u0001`;

function shifted(indent, from, to) {
  return " ".repeat(Math.max(0, indent.length - from.length + to.length));
}

const pieceText = (piece, indent, at) => (typeof piece === "string" ? piece : hole(piece, indent, at));
const wordText = (word, indent, at = 0) => word.map((piece) => pieceText(piece, indent, at)).join("");

function inline(node, indent = "") {
  if (node.kind === "text") return node.text;
  if (node.kind === "break") return "";
  if (node.kind === "hole") return hole(node.hole, indent);
  const open = [node.name, ...node.attributes].map((word) => wordText(word, indent)).join(" ");
  if (node.empty) return `<${open} />`;
  return `<${open}>${node.children.map((child) => inline(child, indent)).join("")}${closing(node)}`;
}

const closing = (node) => (node.name.every((piece) => typeof piece === "string") ? `</${wordText(node.name, "")}>` : "<//>");

/** A node over as many lines as it needs; the first begins at column `at`. */
function block(node, indent, at = indent.length) {
  if (node.kind !== "element") return inline(node, indent);
  const whole = inline(node, indent);
  if (!hasElements(node) && fits(whole, at)) return whole;
  const open = opening(node, indent, at);
  if (node.empty || node.children.length === 0) return node.empty ? open : `${open}${closing(node)}`;
  if (!node.children.some(isBlock)) {
    const inner = node.children.map((child) => inline(child, indent)).join("");
    const last = open.slice(open.lastIndexOf("\n") + 1);
    if (fits(`${last}${inner}${closing(node)}`, open.includes("\n") ? 0 : at)) return `${open}${inner}${closing(node)}`;
  }
  return `${open}\n${children(node.children, indent + STEP).join("\n")}\n${indent}${closing(node)}`;
}

const isBlock = (node) => node.kind === "element" || isBlockHole(node);

function opening(node, indent, at) {
  const end = node.empty ? " />" : ">";
  const flat = `<${[node.name, ...node.attributes].map((word) => wordText(word, indent)).join(" ")}${end}`;
  if (fits(flat, at) || node.attributes.length === 0) return flat;
  const inner = indent + STEP;
  const lines = node.attributes.map((word) => inner + attribute(word, inner));
  return [`<${wordText(node.name, indent)}`, ...lines, `${indent}${end.trim()}`].join("\n");
}

/** An attribute too long for a line gives its expression lines of its own. */
function attribute(word, indent) {
  const text = wordText(word, indent, indent.length + (typeof word[0] === "string" ? word[0].length : 0));
  const long = indent.length + text.length > WIDTH && !text.includes("\n");
  if (!long || word.length !== 2 || typeof word[1] === "string") return text;
  return `${word[0]}${hole(word[1], indent).replace(/^\$\{/, `\${\n${indent}${STEP}`)}`;
}

function children(nodes, indent) {
  const lines = [];
  let run = [];
  const flush = (more) => {
    if (run.length === 0) return;
    lines.push(...inlineLines(run, indent, lines.length > 0, more));
    run = [];
  };
  for (const node of nodes) {
    if (!isBlock(node)) {
      run.push(node);
      continue;
    }
    flush(true);
    lines.push(indent + (isBlockHole(node) ? blockHole(node, indent) : block(node, indent)));
  }
  flush(false);
  return lines;
}

function blockHole(node, indent) {
  const text = hole(node.hole, indent, indent.length);
  const first = text.split("\n")[0];
  if (indent.length + first.length <= WIDTH || text.startsWith("${\n")) return text;
  return text.replace(/^\$\{/, `\${\n${indent}${STEP}`);
}

/** Text and simple holes that follow each other. A space beside a line's end is written out, or htm would drop it. */
function inlineLines(run, indent, before, after) {
  const lines = [[]];
  const room = () => WIDTH - indent.length - lines.at(-1).reduce((sum, part) => sum + part.text.length, 0);
  for (const part of run.flatMap((node, i) => partsOf(node, i, indent))) {
    const line = lines.at(-1);
    if (part.kind === "break" ? line.length : line.length && part.text.trimEnd().length + SPACE.length > room()) lines.push([]);
    if (part.kind !== "break") lines.at(-1).push(part);
  }
  if (lines.at(-1).length === 0) lines.pop();
  return lines.map((line, i) => {
    const next = lines[i + 1]?.[0];
    const goesOn = next && next.from === line.at(-1).from; // the line's end is itself the space
    const previous = lines[i - 1]?.at(-1);
    const follows = previous && previous.from === line[0].from;
    return indent + told(line, { lead: (i > 0 || before) && !follows, tail: Boolean(next || after) && !goesOn, goesOn }, indent);
  });
}

const SPACE = '${" "}';

function partsOf(node, from, indent) {
  if (node.kind === "break") return [node];
  if (node.kind === "hole") return [{ kind: "hole", text: inline(node, indent), from: `hole ${from}` }];
  return node.text.split(/(?<= )(?=[^ ])/).map((text) => ({ kind: "text", text, from }));
}

function told(line, { lead, tail, goesOn }, indent) {
  let text = line.map((part) => part.text).join("");
  if (lead && text.startsWith(" ")) text = SPACE + text.trimStart();
  if (goesOn) text = text.trimEnd();
  else if (tail && text.endsWith(" ")) text = text.trimEnd() + SPACE;
  const alone = line.length === 1 && line[0].kind === "hole";
  return alone && indent.length + text.length > WIDTH && !text.includes("\n") ? text.replace(/^\$\{/, `\${\n${indent}${STEP}`) : text;
}

const write = process.argv.includes("--write");
const files = process.argv.slice(2).filter((name) => !name.startsWith("--"));
let wrong = 0;
for (const file of files) {
  const source = readFileSync(file, "utf-8");
  if (!source.includes("html`")) continue;
  const text = laidOut(source);
  if (text === source) continue;
  wrong += 1;
  if (write) writeFileSync(file, text);
  else console.error(`${file}: its templates are not laid out; run make format`);
}
if (wrong && !write) process.exit(1);
