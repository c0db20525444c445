'use strict';

// A participant's answers. They are kept in the browser until the server has acknowledged them, so
// neither a lost connection nor a reloaded page loses one; without a server they become a file.
class StudyAnswers {
  static FIRST_WAIT_MS = 500;
  static LONGEST_WAIT_MS = 10000;
  static PATIENCE_MS = 20000;

  // study: identifier of the study; changed: called with whether the last attempt to send failed.
  constructor(study, changed) {
    this.study = study;
    this.changed = changed;
    this.hasServer = false;
    this.storageFails = false;
    this.problem = '';
    this.sending = false;
    // given: {question: {ranking, shown, milliseconds, sent}}; given on another device: only sent.
    this.state = {number: '', language: '', day: '', enrolled: false, given: {}};
    try {
      Object.assign(this.state, JSON.parse(localStorage.getItem(this.place)));
    } catch {
      this.storageFails = true;
    }
  }

  get place() {
    return `stgan-study-${this.study}`;
  }

  get waiting() {
    return Object.keys(this.state.given).filter((number) => !this.state.given[number].sent);
  }

  save() {
    try {
      localStorage.setItem(this.place, JSON.stringify(this.state));
    } catch {
      this.storageFails = true;
    }
  }

  async findServer() {
    if (!location.protocol.startsWith('http')) return;
    try {
      const response = await fetch('api/study');
      this.hasServer = response.ok && (await response.json()).study === this.study;
    } catch (error) {
      this.hasServer = !(error instanceof SyntaxError);  // Not JSON: none. Otherwise: down for now.
    }
  }

  enrol(language) {
    let number = '';
    while (number.length < 12) {
      const [byte] = crypto.getRandomValues(new Uint8Array(1));
      if (byte < 250) number += byte % 10;  // so that every digit is equally likely
    }
    const day = new Date().toISOString().slice(0, 10);
    Object.assign(this.state, {number, language, day, enrolled: false, given: {}});
    this.save();
  }

  // Takes up the answers that the server has under a number; false if it has none.
  async resume(number) {
    const {status, told} = await this.post('api/progress', {participant: number});
    if (status !== 200) return false;
    if (this.state.number !== number) Object.assign(this.state, {number, given: {}});
    this.state.enrolled = true;
    for (const question of told.answered) (this.state.given[question] ??= {}).sent = true;
    this.save();
    return true;
  }

  record(question, ranking, shown, milliseconds) {
    this.state.given[question] = {ranking, shown, milliseconds, sent: false};
    this.save();
    this.send();
  }

  // Sends what waits, one by one, until the server has everything.
  async send() {
    if (!this.hasServer || this.sending) return;
    this.sending = true;
    let pause = StudyAnswers.FIRST_WAIT_MS;
    while (!this.problem && (!this.state.enrolled || this.waiting.length)) {
      const done = await this.sendOne().catch(() => false);
      if (done) this.save();
      this.changed(!done);
      if (!done) await new Promise((resolve) => setTimeout(resolve, pause));
      pause = done ? StudyAnswers.FIRST_WAIT_MS : Math.min(2 * pause, StudyAnswers.LONGEST_WAIT_MS);
    }
    this.sending = false;
    this.changed(false);
  }

  async sendOne() {
    const {number: participant, language, enrolled} = this.state;
    const [question] = this.waiting;
    const {status, told} = enrolled
      ? await this.post('api/answers', {participant, question, ...this.state.given[question]})
      : await this.post('api/participants', {participant, language, consent: true});
    if (status === 200 || (enrolled && status === 409)) {  // 409: answered on another device before
      if (enrolled) this.state.given[question].sent = true;
      this.state.enrolled = true;
      return true;
    }
    if (enrolled && status === 403) this.state.enrolled = false;
    else if (status >= 400 && status < 500 && status !== 408) this.problem = told.error;
    return false;
  }

  async post(path, body) {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), StudyAnswers.PATIENCE_MS);
    try {
      const response = await fetch(path, {
        method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
        signal: ended.signal});
      return {status: response.status, told: await response.json()};
    } finally {
      clearTimeout(timer);
    }
  }

  get fileName() {
    return `answers-${this.state.number}.json`;
  }

  saveFile() {
    const {number: participant, language, day, given} = this.state;
    const answers = Object.entries(given).map(([question, {ranking, shown, milliseconds}]) =>
      ({participant, question, ranking, shown, milliseconds}));
    const participants = [{participant, language, consented_at: day}];
    const text = JSON.stringify({study: this.study, participants, answers}, null, 1);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], {type: 'application/json'}));
    link.download = this.fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}
