// An SMSC by npm's smpp, driven by lines of JSON: what it hears goes to standard output, what it
// shall do comes from standard input.
const fs = require("fs");
const readline = require("readline");
const smpp = require("smpp");

const given = JSON.parse(process.argv[2]);
const options = given.key ? { key: fs.readFileSync(given.key), cert: fs.readFileSync(given.cert) } : {};
const state = { mode: "ok", refuse: 0, count: 0, session: null };
const tell = (event) => process.stdout.write(JSON.stringify(event) + "\n");

function receipt(id, status, byTlv) {
  const pdu = {
    source_addr: "12125550123", destination_addr: "12125550100", esm_class: 4,
    short_message: byTlv ? "a receipt in words of its own"
      : `id:${id} sub:001 dlvrd:001 submit date:2611241300 done date:2611241301 stat:${status} err:000 text:`,
  };
  if (byTlv) Object.assign(pdu, { receipted_message_id: String(id), message_state: { DELIVRD: 2, UNDELIV: 5 }[status] });
  state.session.deliver_sm(pdu, () => tell({ event: "acknowledged" }));
}

const server = smpp.createServer(options, (session) => {
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => {
    if (pdu.password !== given.password) {
      session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
      return;
    }
    state.session = session;
    session.send(pdu.response());
    tell({ event: "bound" });
  });
  session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("submit_sm", (pdu) => {
    const words = pdu.short_message;
    tell({
      event: "submitted", to: pdu.destination_addr, from: pdu.source_addr, text: words.message,
      udh: words.udh ? Array.from(words.udh[0] ? Buffer.concat(words.udh.map(Buffer.from)) : words.udh) : null,
      coding: pdu.data_coding, receipt: pdu.registered_delivery,
    });
    if (state.mode === "silent") return;
    if (state.mode === "drop") { session.destroy(); return; }
    if (state.refuse) { session.send(pdu.response({ command_status: state.refuse })); return; }
    state.count += 1;
    const id = 256 + state.count;
    if (state.mode === "early") receipt(id, "DELIVRD", false);
    session.send(pdu.response({ message_id: given.hex ? id.toString(16) : String(id) }));
  });
});
server.listen(0, "127.0.0.1", () => tell({ event: "listening", port: server.address().port }));

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line);
  if (command.mode !== undefined) state.mode = command.mode;
  if (command.refuse !== undefined) state.refuse = command.refuse;
  if (command.receipt) receipt(command.receipt, command.status, command.tlv);
  if (command.text !== undefined) {
    state.session.deliver_sm(
      { source_addr: command.from, destination_addr: "12125550100", short_message: command.text },
      () => tell({ event: "acknowledged" }));
  }
  tell({ event: "obeyed" });
});
