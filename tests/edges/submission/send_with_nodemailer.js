// Sends what standard input describes (nodemailer's own message options) as a script of a practice
// would: node send_with_nodemailer.js PORT implicit|starttls AUTHORITY ADDRESS
"use strict";
const fs = require("node:fs");
const nodemailer = require("nodemailer");

const [port, encryption, authority, address] = process.argv.slice(2);
const transport = nodemailer.createTransport({
  host: "localhost",
  port: Number(port),
  secure: encryption === "implicit",
  requireTLS: true,
  auth: { user: address, pass: process.env.APP_PASSWORD },
  tls: { ca: fs.readFileSync(authority) },
});
const message = JSON.parse(fs.readFileSync(0, "utf-8"));
transport.sendMail({ from: address, ...message }).then(
  (sent) => console.log(sent.response),
  (problem) => {
    console.log(problem.response || problem.message);
    process.exitCode = 1;
  },
);
