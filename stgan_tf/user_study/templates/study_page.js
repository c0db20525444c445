'use strict';
(() => {
const study = JSON.parse(document.getElementById('study').textContent);
const $ = (id) => document.getElementById(id);
const LANGUAGES = {en: 'English', zh: '中文'};

const answers = new StudyAnswers(study.study, showStatus), state = answers.state;
let order = [], current = null, shown = [], picked = [], displayedAt = 0, finished = false;

// The same participant sees the same order again after a reload (FNV-1a, then mulberry32).
function randomOf(text) {
  let seed = 2166136261;
  for (const character of text) seed = Math.imul(seed ^ character.charCodeAt(0), 16777619);
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled(items, text) {
  const random = randomOf(text), result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

function say(name, values = {}) {
  const text = study.texts[state.language][name];
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

const grouped = (number) => number.replace(/(\d{4})(?=\d)/g, '$1 ');

function showStatus(retrying = false) {
  const parts = [];
  if (answers.storageFails && state.number) parts.push(say('storage'));
  if (answers.problem) parts.push(say('refused', {error: answers.problem}));
  else if (retrying) parts.push(say('sending', {count: answers.waiting.length}));
  $('status').textContent = parts.join(' ');
  $('status').className = parts.length ? 'problem' : '';
  if (finished) writeDone();
}

function show(section) {
  for (const id of ['welcome', 'question', 'done']) $(id).hidden = id !== section;
  $('progress').hidden = section !== 'question';
}

function writeTexts() {
  document.documentElement.lang = state.language;
  document.title = say('title');
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = say(element.dataset.text);
  }
  for (const button of $('languages').children) {
    button.setAttribute('aria-pressed', button.lang === state.language);
  }
  writeWelcome();
  const answered = Object.keys(state.given).length, total = study.questions.length;
  const position = Math.min(answered + 1, total);
  $('progress-text').textContent = say('progress', {position, total});
  Object.assign($('progress-bar'), {max: total, value: answered});
  $('own-number').textContent = state.number && answers.hasServer
    ? say(finished ? 'number_done' : 'number', {number: grouped(state.number)}) : '';
  if (current) writeQuestion();
  if (finished) writeDone();
  showStatus(answers.sending && answers.waiting.length > 1);
}

function writeWelcome() {
  $('consent').replaceChildren(...study.texts[state.language].consent.map((text) => {
    const paragraph = document.createElement('p');
    paragraph.textContent = text;
    return paragraph;
  }));
  $('contact').textContent = study.contact ? say('contact', {contact: study.contact}) : '';
  $('mode').textContent = say('offline');
  $('mode').hidden = answers.hasServer;
  for (const id of ['download', 'continue-form']) $(id).hidden = !answers.hasServer;
  $('unknown').textContent = say('unknown_number');
}

function writeQuestion() {
  $('change').textContent = current.change[state.language];
  $('photo').alt = say('source');
  $('criteria').textContent = say(study.ranking ? 'criteria_ranking' : 'criteria_choice');
  $('keys').textContent = say('keys', {first: 1, last: current.pictures.length});
  showPicks();
}

function writeDone() {
  const contact = study.contact || say('no_contact');
  const saved = answers.waiting.length ? 'done_waiting' : 'done_server';
  $('done-text').textContent = answers.hasServer ? say(saved) : say('done_file', {contact});
  $('mail').hidden = answers.hasServer;
  $('write').hidden = !study.contact;
  const values = {number: grouped(state.number), file: answers.fileName};
  const [subject, body] = ['mail_subject', 'mail_body'].map((name) =>
    encodeURIComponent(say(name, values)));
  $('write').href = `mailto:${study.contact}?subject=${subject}&body=${body}`;
}

function showNext() {
  current = order.find((question) => !(question.number in state.given)) || null;
  finished = !current;
  if (current) {
    shown = shuffled(current.pictures, `${state.number} ${current.number}`);
    picked = [];
    $('photo').src = study.images[current.photo];
    $('results').replaceChildren(...shown.map(resultButton));
  }
  show(finished ? 'done' : 'question');
  writeTexts();
  scrollTo(0, 0);
  $('change').focus({preventScroll: true});
  displayedAt = performance.now();
}

function resultButton(number) {
  const button = document.createElement('button'), image = document.createElement('img');
  image.src = study.images[number];
  image.alt = '';
  button.className = 'result';
  button.append(image, document.createElement('span'));
  button.addEventListener('click', () => pick(number));
  return button;
}

function pick(number) {
  if (!study.ranking) picked = [number];
  else if (picked.includes(number)) picked = picked.filter((other) => other !== number);
  else {
    picked.push(number);
    const rest = shown.filter((other) => !picked.includes(other));
    if (rest.length === 1) picked.push(rest[0]);
  }
  showPicks();
}

function showPicks() {
  [...$('results').children].forEach((button, i) => {
    const rank = picked.indexOf(shown[i]) + 1;
    button.setAttribute('aria-pressed', rank > 0);
    button.querySelector('span').textContent = say('result', {position: i + 1});
    button.querySelector('b')?.remove();
    if (!rank) return;
    const badge = document.createElement('b');
    badge.textContent = study.ranking ? rank : '✓';
    if (study.ranking) badge.setAttribute('aria-label', say('rank', {rank}));
    button.append(badge);
  });
  $('next').disabled = !isComplete();
}

const isComplete = () => picked.length === (study.ranking ? shown.length : 1);

function answer() {
  if (!current || !isComplete()) return;
  const milliseconds = Math.round(performance.now() - displayedAt);
  answers.record(current.number, picked, shown, milliseconds);
  showNext();
}

function begin() {
  const parts = [0, 1].map((part) => study.questions.filter((question) => question.part === part));
  order = parts.flatMap((questions, i) => shuffled(questions, `${state.number} part ${i}`));
  answers.send();
  showNext();
}

function languageButton([code, name]) {
  const button = document.createElement('button');
  Object.assign(button, {lang: code, textContent: name});
  button.addEventListener('click', () => {
    state.language = code;
    if (state.number) answers.save();
    writeTexts();
  });
  return button;
}

$('start-form').addEventListener('submit', (event) => {
  event.preventDefault();
  answers.enrol(state.language);
  begin();
});
$('continue-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const number = $('number').value.replace(/\D/g, '');
  const found = number.length === 12 && await answers.resume(number).catch(() => false);
  $('unknown').hidden = found;
  if (found) begin();
});
$('next').addEventListener('click', answer);
$('save').addEventListener('click', () => answers.saveFile());
addEventListener('keydown', (event) => {
  if (!current || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const number = shown[Number(event.key) - 1];
  if (number) pick(number);
  if (event.key === 'Enter' && isComplete() && !event.target.closest('nav')) {
    event.preventDefault();
    answer();
  }
});
addEventListener('beforeunload', (event) => {
  const unsent = answers.hasServer && answers.waiting.length;
  if (state.number && (answers.storageFails || unsent)) event.preventDefault();
});

(async () => {
  if (!state.language) state.language = navigator.language.startsWith('zh') ? 'zh' : 'en';
  $('languages').replaceChildren(...Object.entries(LANGUAGES).map(languageButton));
  await answers.findServer();
  if (state.number) {
    if (answers.hasServer) await answers.resume(state.number).catch(() => false);
    begin();
  } else {
    show('welcome');
    writeTexts();
  }
})();
})();
