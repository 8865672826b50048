using TodoApp.Laptop;

return await Commands.Run(args);
